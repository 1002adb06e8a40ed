export { clusterContract, type OthersOnCluster } from './cluster/cluster';
export { kubernetesApiContract } from './kubernetes-api';
export { describeSeriesSource, type GivenSeries, type OpenSeriesSource } from './series-source';
export { describeMetricTypes } from './metric-types/metric-types';
export { describeAwkwardSources } from './awkward-sources';
export { eventLogContract } from './event-log';
export { applyOnce, attributesOf, createEffects } from './event-flow/effects';
export { eventRecord } from './event-flow/event-record';
