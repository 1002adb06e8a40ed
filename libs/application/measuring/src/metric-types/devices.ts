import {
  avg,
  divide,
  firstOf,
  idle,
  notEqual,
  plus,
  times,
  sum,
  and,
  type Expression,
  type Matcher,
  type Selection,
} from '@tessera/domain-measurement';
import type { HolderMetricType } from '@tessera/contracts-internal';
import { SERIES } from '@tessera/contracts-metrics';
import { exposedSeries } from '../exposed-series';
import { allocations, DEVICE, INSTANCE, onGpuNodes, perDevice, perInstance } from './of-nodes';
import { distinct } from './of-pods';
import type { Plan } from './plan';
import type { ClusterScope, NodesScope } from './scope';

const MIB = 1_048_576;

/**
 * Percent, for each device. A device in MIG mode has no utilisation; its instances have an activity between 0 and 1
 * instead, of which it is the mean.
 */
export const busyDevices = (scope: NodesScope): Expression =>
  perDevice(
    firstOf(
      onGpuNodes(scope, SERIES.gpuUtilisation),
      times(onGpuNodes(scope, SERIES.gpuEngineActive, [notEqual('GPU_I_ID', '')]), 100),
    ),
  );

/**
 * Seconds for which each device has not worked, `windowMs` at most. In MIG mode it works where one of its instances does,
 * which have an activity instead of the utilisation.
 */
export const idleDevices = (scope: NodesScope, windowMs: number): Expression => {
  const since = (of: Selection): Expression => idle(of, windowMs);
  const each = firstOf(
    onGpuNodes(scope, SERIES.gpuUtilisation, [], since),
    onGpuNodes(scope, SERIES.gpuEngineActive, [notEqual('GPU_I_ID', '')], since),
  );
  // The least is the greatest of the negative values.
  return times(distinct(times(each, -1), ...DEVICE), -1);
};

/** MiB of each instance, which has memory of its own. */
const memoryOf = (scope: NodesScope, name: string): Expression => perInstance(onGpuNodes(scope, name));

/** MiB of each instance: in use, free and reserved; older exporters leave the reserved part out. */
const totalMiB = (scope: NodesScope): Expression => {
  const usable = plus(memoryOf(scope, SERIES.gpuMemoryUsed), memoryOf(scope, SERIES.gpuMemoryFree));
  return firstOf(plus(usable, memoryOf(scope, SERIES.gpuMemoryReserved)), usable);
};

/** Percent of the devices' memory, of those that say all of it; for each group of devices. */
export const memoryUtilisation =
  (...by: string[]): Plan<NodesScope> =>
  (scope) => {
    const total = totalMiB(scope);
    const used = and(memoryOf(scope, SERIES.gpuMemoryUsed), INSTANCE, total);
    return times(divide(sum(used, ...by), sum(total, ...by)), 100);
  };

/** Bytes in use, of each group of devices. */
export const memoryUsed =
  (...by: string[]): Plan<NodesScope> =>
  (scope) =>
    times(sum(memoryOf(scope, SERIES.gpuMemoryUsed), ...by), MIB);

const POD = ['namespace', 'pod'] as const;

/** Series of dcgm-exporter that kubelet attributes to pods of ours: they hold the device, or the instance, alone. */
const held = (name: string, scope: ClusterScope, ...matchers: readonly Matcher[]): Expression =>
  distinct(
    exposedSeries({ name, labels: [['namespace'], ['pod']], matchers }, (of) =>
      and(of, [...POD], allocations(SERIES.allocatedGpus, scope)),
    ),
    ...POD,
    ...INSTANCE,
  );

/**
 * How much the GPUs of a cluster work, percent, so that everybody who holds a share finds it: by pod where one holds
 * devices or instances alone, and by device for those who share one.
 */
export const HOLDER_PLANS: Readonly<Record<HolderMetricType, Plan<ClusterScope>>> = {
  GPU_UTILIZATION_PER_POD: (scope) =>
    avg(
      firstOf(
        held(SERIES.gpuUtilisation, scope),
        times(held(SERIES.gpuEngineActive, scope, notEqual('GPU_I_ID', '')), 100),
      ),
      ...POD,
    ),
  GPU_UTILIZATION_PER_DEVICE: (scope) => avg(busyDevices(scope), 'node', 'UUID'),
};
