import {
  divide,
  firstOf,
  notEqual,
  plus,
  times,
  sum,
  and,
  type Expression,
} from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { INSTANCE, onGpuNodes, perDevice, perInstance } from './of-nodes';
import type { Plan } from './plan';
import type { NodesScope } from './scope';

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
