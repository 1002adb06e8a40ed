import type { UsageWorkload } from '@tessera/application-usage';
import { boolean, counter, double, integer, NOW, NULLABLE, PRIMARY, text, time, uuid } from './columns';
import { entity, foreignKey } from './entity';

/** A workload that was ever given a GPU or traffic; kept longer than the workload itself. */
export interface UsageWorkloadRow extends UsageWorkload {
  readonly tenantId: number;
  readonly updatedAt: string;
}

export const USAGE_WORKLOADS = entity<UsageWorkloadRow>(
  { name: 'UsageWorkload', schema: 'api', tableName: 'usage_workloads' },
  {
    workloadId: uuid(PRIMARY),
    tenantId: integer(),
    clusterId: uuid(),
    departmentId: text(),
    departmentName: text(),
    projectId: text(),
    projectName: text(),
    name: text(),
    updatedAt: time(NOW),
  },
  {
    indices: [{ name: 'usage_workloads_updated', columns: ['updatedAt'] }],
    foreignKeys: [foreignKey('Tenant', ['tenantId'], ['id']), foreignKey('Cluster', ['clusterId'], ['id'])],
  },
);

const OF_WORKLOAD = [foreignKey('UsageWorkload', ['workloadId'], ['workloadId'])];
const KIND = { nodePool: text(), gpuType: text(), migProfile: text() };
const PRIMARY_KIND = { nodePool: text(PRIMARY), gpuType: text(PRIMARY), migProfile: text(PRIMARY) };

/** The recorded GPU share of a pod. */
export interface UsageAllocationRow {
  readonly podId: string;
  readonly workloadId: string;
  readonly nodePool: string;
  readonly gpuType: string;
  readonly migProfile: string;
  readonly milliGpu: number;
  readonly startedAt: string;
  /** The end by the rule of the domain; null while the share is held. */
  readonly endedAt: string | null;
  readonly heldSequence: number;
  readonly releasedAt: string | null;
  readonly releasedSequence: number | null;
  readonly missedAt: string | null;
  readonly missedSequence: number | null;
}

export const USAGE_ALLOCATIONS = entity<UsageAllocationRow>(
  { name: 'UsageAllocation', schema: 'api', tableName: 'usage_allocations' },
  {
    podId: uuid(PRIMARY),
    workloadId: uuid(),
    ...KIND,
    milliGpu: integer(),
    startedAt: time(),
    endedAt: time(NULLABLE),
    heldSequence: counter(),
    releasedAt: time(NULLABLE),
    releasedSequence: counter(NULLABLE),
    missedAt: time(NULLABLE),
    missedSequence: counter(NULLABLE),
  },
  {
    indices: [
      { name: 'usage_allocations_ended', columns: ['endedAt'] },
      { name: 'usage_allocations_by_workload', columns: ['workloadId'] },
    ],
    foreignKeys: OF_WORKLOAD,
  },
);

/** GPU time of a workload on one kind of GPU in one hour. */
export interface UsageHourRow {
  readonly hour: string;
  readonly workloadId: string;
  readonly nodePool: string;
  readonly gpuType: string;
  readonly migProfile: string;
  /** Thousandths of a device times milliseconds. */
  readonly gpuTime: number;
}

export const USAGE_HOURS = entity<UsageHourRow>(
  { name: 'UsageHour', schema: 'api', tableName: 'usage_hours' },
  { hour: time(PRIMARY), workloadId: uuid(PRIMARY), ...PRIMARY_KIND, gpuTime: counter() },
  {
    indices: [{ name: 'usage_hours_by_workload', columns: ['workloadId', 'hour'] }],
    foreignKeys: OF_WORKLOAD,
  },
);

/** The single row with the time up to which hours are stored. */
export const USAGE_SETTLED = entity<{ readonly id: number; readonly until: string }>(
  { name: 'UsageSettled', schema: 'api', tableName: 'usage_settled' },
  { id: integer(PRIMARY), until: time() },
);

/** Requests and tokens of a workload in one hour, by key and model. */
export interface UsageTrafficRow {
  readonly hour: string;
  readonly workloadId: string;
  readonly keyId: string;
  readonly model: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

export const USAGE_TRAFFIC = entity<UsageTrafficRow>(
  { name: 'UsageTraffic', schema: 'api', tableName: 'usage_traffic' },
  {
    hour: time(PRIMARY),
    workloadId: uuid(PRIMARY),
    keyId: text(PRIMARY),
    model: text(PRIMARY),
    requests: counter(),
    inputTokens: counter(),
    cachedTokens: counter(),
    outputTokens: counter(),
  },
  {
    indices: [{ name: 'usage_traffic_by_workload', columns: ['workloadId', 'hour'] }],
    foreignKeys: OF_WORKLOAD,
  },
);

/** Measured activity of a workload in one hour; null is unknown. */
export interface UsageActivityRow {
  readonly hour: string;
  readonly workloadId: string;
  readonly requests: number | null;
  /** Percent. */
  readonly utilisation: number | null;
  readonly idle: boolean | null;
}

export const USAGE_ACTIVITY = entity<UsageActivityRow>(
  { name: 'UsageActivity', schema: 'api', tableName: 'usage_activity' },
  {
    hour: time(PRIMARY),
    workloadId: uuid(PRIMARY),
    requests: double(NULLABLE),
    utilisation: double(NULLABLE),
    idle: boolean(NULLABLE),
  },
  {
    indices: [{ name: 'usage_activity_by_workload', columns: ['workloadId', 'hour'] }],
    foreignKeys: OF_WORKLOAD,
  },
);
