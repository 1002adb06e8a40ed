import {
  divide,
  firstOf,
  idle,
  notEqual,
  plus,
  times,
  sum,
  and,
  type Expression,
  type Selection,
} from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { DEVICE, INSTANCE, onGpuNodes, perDevice, perInstance } from './of-nodes';
import { distinct } from './of-pods';
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
