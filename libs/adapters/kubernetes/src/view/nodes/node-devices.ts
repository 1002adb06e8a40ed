import { interned } from '@tessera/kernel';
import { type Device, type DeviceInstance } from '@tessera/domain-placement';
import {
  canonicalProfile,
  geometryOf,
  geometryOfInstance,
  migConfigLayout,
  planInstances,
  profileOf,
  resourceSpelling,
  totalMiB,
  type MigGeometry,
  type MigLayout,
} from '@tessera/domain-mig';
import {
  ANNOTATIONS,
  GPU_RESOURCE,
  MIG_RESOURCE_PREFIX,
  NodeGpus,
  NODE_LABELS,
} from '@tessera/contracts-kubernetes';
import type { NodeWire } from '../../api/wire';

/** The devices that a node reports, whether or not they are available. */
export interface NodeDevices {
  readonly devices: readonly Device[];
  /** With the strategy `single`, instances of different profiles are not offered. */
  readonly migInvalid: boolean;
  /** Its whole devices, or all of its instances under the strategy `single`, are offered in slices of time. */
  readonly timeSliced: boolean;
}

const INVALID = '-MIG-INVALID';
/** End of the product label where devices are time-sliced (GPU feature discovery, `sharing` of the device plugin). */
const SHARED = '-SHARED';

type Labels = Readonly<Record<string, string>>;

/** Devices by our own annotation, else by the labels of the GPU feature discovery. */
export function devicesOf(node: NodeWire): NodeDevices {
  const labels = node.metadata.labels ?? {};
  if (labels[NODE_LABELS.gpuProduct]?.endsWith(INVALID) === true)
    return { devices: [], migInvalid: true, timeSliced: false };
  const devices = annotated(node) ?? labelled(node);
  const timeSliced = isTimeSliced(labels);
  return {
    devices: devices.map((device) => unsliced(device, labels, timeSliced)),
    migInvalid: false,
    timeSliced,
  };
}

/** With `renameByDefault` the product has no suffix; the label with the number of slices exists all the same. */
const isTimeSliced = (labels: Labels): boolean =>
  countIn(labels[NODE_LABELS.gpuReplicas]) > 1 || labels[NODE_LABELS.gpuProduct]?.endsWith(SHARED) === true;

/** Marks as unavailable what is offered in slices: a whole device, or instances of a profile that is sliced. */
function unsliced(device: Device, labels: Labels, timeSliced: boolean): Device {
  const { mig } = device;
  if (mig === undefined) return timeSliced ? { ...device, unavailable: true } : device;
  const isSliced = (profile: string): boolean =>
    mig.strategy === 'single'
      ? timeSliced
      : countIn(labels[`${MIG_RESOURCE_PREFIX}${resourceSpelling(profile)}.replicas`]) > 1;
  if (!mig.instances.some(({ profile }) => isSliced(profile))) return device;
  const instances = mig.instances.map((one) => (isSliced(one.profile) ? { ...one, unavailable: true } : one));
  return { ...device, mig: { ...mig, instances } };
}

/** Model and total memory of the devices, regardless of MIG partitions; undefined if there are none. */
export function deviceModel(node: NodeWire): Pick<Device, 'model' | 'memoryMiB'> | undefined {
  const { devices, migInvalid } = devicesOf(node);
  const product = node.metadata.labels?.[NODE_LABELS.gpuProduct] ?? '';
  // For instances of different profiles, the label names only the device model.
  if (migInvalid) return { model: product.slice(0, -INVALID.length), memoryMiB: 0 };
  return devices[0];
}

function annotated(node: NodeWire): readonly Device[] | undefined {
  const annotation = node.metadata.annotations?.[ANNOTATIONS.gpus];
  if (annotation === undefined) return undefined;
  const parsed = NodeGpus.safeParse(parseJson(annotation));
  if (!parsed.success) return undefined;
  const single = node.metadata.labels?.[NODE_LABELS.migStrategy] === 'single';
  return parsed.data.map(({ index, model, memoryMiB, mig }) => ({
    slot: index,
    model: interned(model),
    memoryMiB,
    ...(mig === undefined
      ? {}
      : { mig: { instances: mig, ...(single ? { strategy: 'single' as const } : {}) } }),
  }));
}

function labelled(node: NodeWire): readonly Device[] {
  const labels = node.metadata.labels ?? {};
  const count = countIn(labels[NODE_LABELS.gpuCount]);
  const memoryMiB = countIn(labels[NODE_LABELS.gpuMemory]);
  const model = interned((labels[NODE_LABELS.gpuProduct] ?? 'unknown').replace(/-SHARED$/, ''));
  const [part = '', profile] = model.split('-MIG-');
  if (profile !== undefined) return singleDevices(part, canonicalProfile(profile), count, memoryMiB);
  const wanted = instanceCounts(labels);
  return wanted.size === 0
    ? wholeDevices(count, model, memoryMiB)
    : mixedDevices(node, wanted, wholeDevices(count, model, memoryMiB));
}

const wholeDevices = (count: number, model: string, memoryMiB: number): readonly Device[] =>
  Array.from({ length: count }, (_, slot) => ({ slot, model, memoryMiB }));

/**
 * Strategy `single`: the labels describe the instances, which are all equal. Their distribution over devices is unknown
 * and does not matter, because kubelet chooses; they are modelled as full devices.
 */
function singleDevices(
  model: string,
  profile: string,
  count: number,
  instanceMiB: number,
): readonly Device[] {
  const geometry = geometryOfInstance(model, profile, instanceMiB);
  const config = geometry && migConfigLayout(geometry, `all-${resourceSpelling(profile)}`);
  const full = config?.mig === true ? config.instances : inARow(profile, count);
  const length = full.length === 0 ? 0 : Math.ceil(count / full.length);
  return Array.from({ length }, (_, slot) => ({
    slot,
    model,
    memoryMiB: geometry === undefined ? instanceMiB * full.length : totalMiB(geometry),
    mig: {
      strategy: 'single' as const,
      instances: full
        .slice(0, count - slot * full.length)
        .map((instance) => ({ ...instance, memoryMiB: instanceMiB })),
    },
  }));
}

/** Strategy `mixed`: whole devices first, then partitioned ones, with the instances on as few devices as possible. */
function mixedDevices(
  node: NodeWire,
  wanted: ReadonlyMap<string, number>,
  all: readonly Device[],
): readonly Device[] {
  const [first] = all;
  const labels = node.metadata.labels ?? {};
  const { model = 'unknown', memoryMiB = 0 } = first ?? {};
  const layouts = layoutsOf(geometryOf(model, memoryMiB), wanted);
  const { capacity, allocatable } = node.status ?? {};
  const whole = countIn(capacity?.[GPU_RESOURCE] ?? allocatable?.[GPU_RESOURCE]);
  const cut = Math.max(layouts.length, all.length - whole);
  const memoryOf = (profile: string): Pick<DeviceInstance, 'memoryMiB'> => {
    const reported = countIn(labels[`${MIG_RESOURCE_PREFIX}${resourceSpelling(profile)}.memory`]);
    return reported === 0 ? {} : { memoryMiB: reported };
  };
  return [
    ...wholeDevices(whole, model, memoryMiB),
    ...Array.from({ length: cut }, (_, index) => ({
      slot: whole + index,
      model,
      memoryMiB,
      mig: {
        instances: (layouts[index] ?? []).map((one) => ({ ...one, ...memoryOf(one.profile) })),
      },
    })),
  ];
}

/** Which instances share a device is unknown; profiles without a geometry table get a device of their own. */
function layoutsOf(
  geometry: MigGeometry | undefined,
  wanted: ReadonlyMap<string, number>,
): readonly MigLayout[] {
  const isKnown = ([name]: readonly [string, number]): boolean =>
    geometry !== undefined && profileOf(geometry, name) !== undefined;
  const known = [...wanted].filter(isKnown);
  const others = [...wanted].filter((entry) => !isKnown(entry));
  const planned = geometry === undefined ? [] : planInstances(geometry, Object.fromEntries(known)).devices;
  return [...planned, ...others.map(([name, count]) => inARow(name, count))];
}

const inARow = (profile: string, count: number): MigLayout =>
  Array.from({ length: count }, (_, start) => ({ profile, start }));

/** Instances by profile, by the labels `nvidia.com/mig-<profile>.count`. */
function instanceCounts(labels: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of Object.keys(labels).sort()) {
    if (!name.startsWith(MIG_RESOURCE_PREFIX) || !name.endsWith('.count')) continue;
    const profile = name.slice(MIG_RESOURCE_PREFIX.length, -'.count'.length);
    const count = countIn(labels[name]);
    if (count > 0) counts.set(canonicalProfile(profile), count);
  }
  return counts;
}

function countIn(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isInteger(value) && value > 0 ? value : 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
