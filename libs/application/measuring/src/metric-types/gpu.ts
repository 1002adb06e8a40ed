import {
  and,
  avg,
  equal,
  firstOf,
  max,
  notEqual,
  rate,
  relabelled,
  select,
  sum,
  times,
  unless,
  type Expression,
  type Matcher,
} from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import type { Read } from '../exposed-series';
import { markedAsWholeDevice } from './attribution';
import { distinct, namespaceSeries, ofPods, own, podSeries } from './of-pods';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

const MIB = 1_048_576;

/** Tells devices apart, and the instances of a device in MIG mode, which have numbers and profiles of their own. */
const DEVICE = ['UUID', 'gpu', 'GPU_I_ID', 'GPU_I_PROFILE'] as const;
/** Labels of a measurement per device. Labels that a device does not have are left out. */
const PER_GPU = ['gpu', 'GPU_I_ID', 'GPU_I_PROFILE'] as const;

/** Series of dcgm-exporter that kubelet attributes to a pod: it holds the device, or the instance, alone. */
const held = (name: string, scope: PodsScope, matchers: readonly Matcher[] = [], read?: Read): Expression =>
  distinct(podSeries(name, scope, matchers, read), 'namespace', 'pod', ...DEVICE);

/**
 * Series of the devices that pods of the scope share. Kubelet knows the reservation pod alone as their holder, which is
 * in a namespace of its own, so they are found by the UUID that the scheduler knows; a device counts once, however many
 * of the pods share it.
 */
const shared = (name: string, scope: PodsScope, read: Read = (of) => of): Expression =>
  distinct(
    and(
      read(
        select(
          name,
          equal('GPU_I_ID', ''),
          notEqual('namespace', scope.namespace),
          notEqual('exported_namespace', scope.namespace),
        ),
      ),
      ['UUID'],
      relabelled(own(SERIES.allocatedGpus, scope, undefined, notEqual('uuid', '')), 'uuid', 'UUID', 'all'),
    ),
    'UUID',
    'gpu',
  );

/** An exporter that reports per process what each pod does on a device, and how it names devices. */
interface PerProcess {
  readonly series: string;
  readonly uuid: string;
}

const UTILISATION_PER_PROCESS: readonly PerProcess[] = [
  { series: SERIES.processGpuUtilisation, uuid: 'gpu_uuid' },
  { series: SERIES.containerGpuUtilisation, uuid: 'device_uuid' },
];
const MEMORY_PER_PROCESS: readonly PerProcess[] = [
  { series: SERIES.processGpuMemory, uuid: 'gpu_uuid' },
  { series: SERIES.containerGpuMemory, uuid: 'device_uuid' },
];

/** The pods' own processes as exporters report them, with the label that each exporter gives the device. */
const reported = ([first, ...others]: readonly PerProcess[], scope: PodsScope): Expression | undefined => {
  if (first === undefined) return undefined;
  const by = ({ series, uuid }: PerProcess): Expression =>
    relabelled(namespaceSeries(series, scope), uuid, 'UUID', 'all');
  return ofPods(firstOf(by(first), ...others.map(by)), scope);
};

/** What the pods' own processes do on their devices, by pod and device: the most that one exporter says of it. */
function ofProcesses(exporters: readonly PerProcess[], perPod: Expression): Expression {
  const keys = ['namespace', 'pod', 'UUID', 'gpu'];
  const byExporter = [...keys, ...exporters.map(({ uuid }) => uuid)];
  return max(sum(distinct(perPod, ...byExporter, 'container', 'vdevice_index'), ...byExporter), ...keys);
}

interface OfDevices {
  /**
   * Reports of dcgm-exporter about the devices and instances that the pods hold alone, and about whole devices that
   * they share.
   */
  readonly alone: Plan<PodsScope>;
  readonly whole: Plan<PodsScope>;
  readonly perProcess?: readonly PerProcess[];
  readonly fold: typeof avg;
  readonly by: readonly string[];
}

/**
 * A measurement of the devices of pods: of those that they hold alone, of their processes on shared ones where the node
 * reports that, else of the whole shared device, which marks the measurement.
 */
const ofDevices =
  ({ alone, whole, perProcess = [], fold, by }: OfDevices): Plan<PodsScope> =>
  (scope, windowMs) => {
    const perPod = reported(perProcess, scope);
    const device = whole(scope, windowMs);
    const unreported = perPod === undefined ? device : unless(device, ['UUID'], perPod);
    const processes = perPod === undefined ? [] : [ofProcesses(perProcess, perPod)];
    const all = firstOf(alone(scope, windowMs), ...processes, unreported);
    return markedAsWholeDevice(fold(all, ...by), unreported, by);
  };

const utilisationBy = (by: readonly string[]): Plan<PodsScope> =>
  ofDevices({
    alone: (scope) =>
      firstOf(
        held(SERIES.gpuUtilisation, scope),
        times(held(SERIES.gpuEngineActive, scope, [notEqual('GPU_I_ID', '')]), 100),
      ),
    whole: (scope) => shared(SERIES.gpuUtilisation, scope),
    perProcess: UTILISATION_PER_PROCESS,
    fold: avg,
    by,
  });

/** Percent. A device in MIG mode has no utilisation; its instances have an activity between 0 and 1 instead. */
export const utilisation = utilisationBy([]);
export const utilisationPerGpu = utilisationBy(PER_GPU);

const memoryBy = (by: readonly string[]): Plan<PodsScope> =>
  ofDevices({
    alone: (scope) => times(held(SERIES.gpuMemoryUsed, scope), MIB),
    whole: (scope) => times(shared(SERIES.gpuMemoryUsed, scope), MIB),
    perProcess: MEMORY_PER_PROCESS,
    fold: sum,
    by,
  });

/** Bytes; DCGM gives MiB. */
export const gpuMemory = memoryBy([]);
export const gpuMemoryPerGpu = memoryBy(PER_GPU);

/** As DCGM gives it: activities between 0 and 1, bandwidths in bytes per second. */
export const perGpu = (name: string, fold: typeof avg): Plan<PodsScope> =>
  ofDevices({
    alone: (scope) => held(name, scope),
    whole: (scope) => shared(name, scope),
    fold,
    by: PER_GPU,
  });

const nvlinkBy = (by: readonly string[]): Plan<PodsScope> => {
  const over =
    (windowMs: number): Read =>
    (of) =>
      rate(of, windowMs);
  return ofDevices({
    alone: (scope, windowMs) => held(SERIES.gpuNvlinkTotal, scope, [], over(windowMs)),
    whole: (scope, windowMs) => shared(SERIES.gpuNvlinkTotal, scope, over(windowMs)),
    fold: sum,
    by,
  });
};

/** Increase per second of DCGM's counter over all links. */
export const nvlink = nvlinkBy([]);
export const nvlinkPerGpu = nvlinkBy(PER_GPU);

/** Devices of different nodes may have the same index, so a workload's devices are grouped by node as well. */
export const allocatedPerGpu: Plan<PodsScope> = (scope) =>
  scope.kind === 'workload'
    ? sum(own(SERIES.allocatedGpus, scope), 'gpu', 'node')
    : sum(own(SERIES.allocatedGpus, scope), 'gpu');
