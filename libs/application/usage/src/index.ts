export type { UsageStore, UsageTransaction, UsageWorkload } from './ports';
export { recordUsage, settleUsage } from './record-usage';
export type { GroupValue, UsageQuery, UsageReader, UsageRow } from './report';
export { servedRecords } from './served';
export { recordTraffic, usageRecord, type Traffic, type TrafficStore } from './traffic';
export { measureActivity, type ActivityStore, type MeasureActivity, type WorkloadHour } from './activity';
export { idleWorkloads, type Holding, type IdleReader, type IdleWorkload } from './idle-workloads';
