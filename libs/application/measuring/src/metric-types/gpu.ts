import {
  and,
  avg,
  equal,
  firstOf,
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
import { markedAsWholeDevice } from './attribution';
import { distinct, newest, ofPods, own, podSeries, type Read } from './of-pods';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

const MIB = 1_048_576;

/** Tells devices apart, and the instances of a device in MIG mode, which have numbers and profiles of their own. */
const DEVICE = ['UUID', 'gpu', 'GPU_I_ID', 'GPU_I_PROFILE'] as const;
/** Labels of a measurement per device. Labels that a device does not have are left out. */
const PER_GPU = ['gpu', 'GPU_I_ID', 'GPU_I_PROFILE'] as const;

/** Series of dcgm-exporter that kubelet attributes to a pod: it holds the device, or the instance, alone. */
const held = (
  name: string,
  scope: PodsScope,
  matchers: readonly Matcher[] = [],
  read: Read = newest,
): Expression =>
  distinct(ofPods(podSeries(name, scope, matchers, read), scope), 'namespace', 'pod', ...DEVICE);

/**
 * Series of the devices that pods of the scope share. Kubelet knows the reservation pod alone as their holder, so they
 * are found by the UUID that the scheduler knows; a device counts once, however many of the pods share it.
 */
const shared = (name: string, scope: PodsScope, read: Read = newest): Expression =>
  distinct(
    and(
      read(select(name, equal('GPU_I_ID', ''))),
      ['UUID'],
      relabelled(own(SERIES.allocatedGpus, scope, undefined, notEqual('uuid', '')), 'uuid', 'UUID'),
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

/** What the pods' own processes do on their devices, by pod and device; the first exporter that has a pod counts. */
function ofProcesses(exporters: readonly PerProcess[], scope: PodsScope): Expression | undefined {
  const keys = ['namespace', 'pod', 'UUID', 'gpu'];
  const read = exporters.map(({ series, uuid }) => {
    const each = distinct(
      relabelled(podSeries(series, scope), uuid, 'UUID'),
      ...keys,
      'container',
      'vdevice_index',
    );
    return ofPods(sum(each, ...keys), scope);
  });
  const [first, ...others] = read;
  if (first === undefined) return undefined;
  return others.reduce((of, other) => firstOf(of, unless(other, ['namespace', 'pod', 'UUID'], of)), first);
}

interface OfDevices {
  /** What dcgm-exporter says of the devices and instances that the pods hold alone, and of whole devices they share. */
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
    const processes = ofProcesses(perProcess, scope);
    const device = whole(scope, windowMs);
    const unreported = processes === undefined ? device : unless(device, ['UUID'], processes);
    const all = firstOf(alone(scope, windowMs), ...(processes === undefined ? [] : [processes]), unreported);
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
