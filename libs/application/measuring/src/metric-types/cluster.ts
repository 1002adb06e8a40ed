import {
  avg,
  between,
  count,
  equal,
  firstOf,
  labelled,
  sum,
  times,
  type Expression,
} from '@tessera/domain-measurement';
import { API_LABELS, SERIES } from '@tessera/contracts-metrics';
import type { ClusterMetricType } from '@tessera/contracts-rest';
import { busyDevices, memoryUtilisation } from './devices';
import { cpuMemoryUtilisation, cpuUtilisation } from './nodes-cpu';
import { allocations, devices, placed } from './of-nodes';
import type { Plan } from './plan';
import type { ClusterScope, NodePoolScope } from './scope';

type PoolsScope = ClusterScope | NodePoolScope;

/** GPUs of pods; 0 where no pod has any. */
const allocated: Plan<PoolsScope> = (scope) =>
  firstOf(sum(allocations(SERIES.allocatedGpus, scope)), times(count(devices(scope)), 0));

/** Ranges of utilisation in percent; the last one has its upper end. */
const RANGES = [
  ['0-25', 0, 25],
  ['25-50', 25, 50],
  ['50-75', 50, 75],
  ['75-100', 75, 1_000],
] as const;

/** Devices in each range of utilisation. */
const distribution: Plan<PoolsScope> = (scope) => {
  const busy = busyDevices(scope);
  const none = times(count(busy), 0);
  const [first, ...others] = RANGES.map(([range, from, below]) =>
    labelled(firstOf(count(between(busy, from, below)), none), 'range', range),
  );
  return firstOf(first as Expression, ...others);
};

/** Every instance of the API exposes the same value: their mean is that value. */
const once = (name: keyof typeof API_LABELS, series: Expression): Expression =>
  avg(series, ...API_LABELS[name]);

const quota: Plan<PoolsScope> = (scope) =>
  sum(once('quotaGpus', placed(SERIES.quotaGpus, scope, equal('org_unit', 'project'))));

const workloads: Plan<PoolsScope> = (scope) => {
  const name = scope.kind === 'cluster' ? 'workloads' : 'poolWorkloads';
  return sum(once(name, placed(SERIES[name], scope)));
};

/** Seconds for which workloads that wait have waited, on average; no value while none waits. */
const waitTime: Plan<PoolsScope> = (scope) =>
  avg(placed(SERIES.waitSeconds, scope, ...(scope.kind === 'cluster' ? [equal('node_pool', '')] : [])));

/** How each metric type of a cluster or node pool is computed. */
export const CLUSTER_PLANS: Readonly<Record<ClusterMetricType, Plan<PoolsScope>>> = {
  TOTAL_GPU_NODES: (scope) => count(count(devices(scope), 'node')),
  GPU_UTILIZATION: (scope) => avg(busyDevices(scope)),
  GPU_UTILIZATION_DISTRIBUTION: distribution,
  GPU_MEMORY_UTILIZATION: memoryUtilisation(),
  CPU_UTILIZATION: cpuUtilisation,
  CPU_MEMORY_UTILIZATION: cpuMemoryUtilisation,
  TOTAL_GPU: (scope) => count(devices(scope)),
  GPU_QUOTA: quota,
  ALLOCATED_GPU: allocated,
  UNALLOCATED_GPU: (scope) => sum(devices(scope)),
  AVG_WORKLOAD_WAIT_TIME: waitTime,
  WORKLOADS_COUNT: workloads,
};
