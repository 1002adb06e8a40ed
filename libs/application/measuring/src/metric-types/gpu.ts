import { avg, notEqual, sum, times } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { ofPods, own, podSelection } from './of-pods';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

const MIB = 1_048_576;

/** Percent. A device in MIG mode has no utilisation; its instances have an activity between 0 and 1 instead. */
export const utilisation =
  (...by: string[]): Plan<PodsScope> =>
  (scope) => {
    const whole = ofPods(podSelection(SERIES.gpuUtilisation, scope), scope);
    const instances = ofPods(podSelection(SERIES.gpuEngineActive, scope, notEqual('GPU_I_ID', '')), scope);
    return avg({ op: 'or', of: whole, other: times(instances, 100) }, ...by);
  };

/** Bytes; DCGM gives MiB. */
export const gpuMemory =
  (...by: string[]): Plan<PodsScope> =>
  (scope) =>
    times(sum(ofPods(podSelection(SERIES.gpuMemoryUsed, scope), scope), ...by), MIB);

/** As DCGM gives it: activities between 0 and 1, bandwidths in bytes per second. */
export const perGpu =
  (name: string, fold: typeof avg): Plan<PodsScope> =>
  (scope) =>
    fold(ofPods(podSelection(name, scope), scope), 'gpu');

/** Devices of different nodes may have the same index, so a workload's devices are grouped by node as well. */
export const allocatedPerGpu: Plan<PodsScope> = (scope) =>
  scope.kind === 'workload'
    ? sum(own(SERIES.allocatedGpus, scope), 'gpu', 'node')
    : sum(own(SERIES.allocatedGpus, scope), 'gpu');
