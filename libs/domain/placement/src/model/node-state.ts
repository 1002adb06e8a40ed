import type { ClusterNode, Device, DeviceShare, GpuRequest, PlacedReplica } from './model';
import { effectiveMilli, usableMiB, type DriverReserve } from './device-memory';
import { codeOf, freeOf, type DeviceClass, type GpuVector, type VectorTable } from './gpu-vector';
import { canonicalProfile, geometryOf, type MigGeometry, profileOf } from '@tessera/domain-mig';
import { maybe } from '@tessera/kernel';

/** One MIG instance of a device; `replicaId` is the replica that uses it. */
export interface InstanceState {
  readonly profile: string;
  readonly start: number;
  readonly memoryMiB?: number;
  readonly unavailable?: boolean;
  replicaId: string | undefined;
}

/** True where a replica can use it. */
export const isFree = ({ replicaId, unavailable }: InstanceState): boolean =>
  replicaId === undefined && unavailable !== true;

/** A device with its free capacity. */
export interface DeviceState {
  readonly slot: number;
  readonly class: DeviceClass;
  readonly available: boolean;
  freeMilli: number;
  freeMiB: number;
  /** Replicas that share it; the first one brings a reservation pod along. */
  sharers: number;
  /** Class and free share as encoded in the vector; −1 where the device cannot be shared. See {@link codeOfDevice}. */
  code: number;
  /** Present on a device in MIG mode, which offers instances only. */
  mig?: {
    readonly geometry: MigGeometry | undefined;
    readonly strategy?: 'single';
    instances: InstanceState[];
  };
}

/** A node with its free capacity. Changed only by {@link charge} and {@link refund}. */
export interface NodeState {
  readonly spec: ClusterNode;
  rank: number;
  /** Distinct models of the devices. */
  readonly models: readonly string[];
  freeCpuMilli: number;
  freeMemoryMiB: number;
  readonly freeExtended: Map<string, number>;
  /** Pods that it may still run, without the reservation pods of its shared devices. */
  freePods: number;
  readonly devices: DeviceState[];
  /** Devices that can be shared, as the policies see them. */
  vector: GpuVector;
  readonly replicas: Map<string, PlacedReplica>;
}

/** Builds the state of a node, its replicas included. */
export function nodeState(spec: ClusterNode, vectors: VectorTable, reserve: DriverReserve): NodeState {
  const node: NodeState = {
    spec,
    rank: 0,
    models: [...new Set(spec.devices.map(({ model }) => model))],
    freeCpuMilli: spec.cpuMilli - (spec.foreign?.cpuMilli ?? 0),
    freeMemoryMiB: spec.memoryMiB - (spec.foreign?.memoryMiB ?? 0),
    freeExtended: new Map(Object.entries(spec.extended)),
    freePods: (spec.pods ?? Infinity) - (spec.foreign?.pods ?? 0),
    devices: spec.devices
      .map((device) => deviceState(device, vectors, reserve))
      .sort((a, b) => a.slot - b.slot),
    vector: vectors.intern([]),
    replicas: new Map(),
  };
  for (const [name, count] of Object.entries(spec.foreign?.extended ?? {})) addExtended(node, name, -count);
  for (const replica of spec.replicas) charge(node, replica);
  node.vector = vectorOf(node, vectors);
  return node;
}

function deviceState(device: Device, vectors: VectorTable, reserve: DriverReserve): DeviceState {
  const usable = usableMiB(device.memoryMiB, reserve);
  const state: DeviceState = {
    slot: device.slot,
    class: vectors.classFor(device.model, usable),
    available: device.unavailable !== true,
    freeMilli: 1000,
    freeMiB: usable,
    sharers: 0,
    code: -1,
    ...(device.mig === undefined
      ? {}
      : {
          mig: {
            geometry: geometryOf(device.model, device.memoryMiB),
            ...maybe('strategy', device.mig.strategy),
            instances: device.mig.instances
              .map((instance) => ({
                ...instance,
                profile: canonicalProfile(instance.profile),
                replicaId: undefined,
              }))
              .sort((a, b) => a.start - b.start),
          },
        }),
  };
  state.code = codeOfDevice(state);
  return state;
}

/** Subtracts what the replica holds from the node's free capacity. The caller updates `vector`. */
export function charge(node: NodeState, replica: PlacedReplica): void {
  node.replicas.set(replica.id, replica);
  account(node, replica, -1);
  for (const share of replica.devices) {
    const instance = instanceOf(node, share, true);
    if (instance !== undefined) instance.replicaId = replica.id;
  }
}

/** Reverts {@link charge}: adds what the replica holds to the node's free capacity. */
export function refund(node: NodeState, replica: PlacedReplica): void {
  node.replicas.delete(replica.id);
  account(node, replica, 1);
  for (const share of replica.devices) {
    const instance = instanceOf(node, share, false);
    // Another replica may have it too: then it is not free.
    if (instance?.replicaId === replica.id) instance.replicaId = holderOf(node, share);
  }
}

/** The replica that holds the instance of this share. */
function holderOf(node: NodeState, { slot, mig }: DeviceShare): string | undefined {
  for (const { id, devices } of node.replicas.values())
    if (devices.some((one) => one.slot === slot && one.mig !== undefined && one.mig.start === mig?.start))
      return id;
  return undefined;
}

/**
 * Class of requests that the clustering policy keeps together: shares, MIG instances, whole devices by their number.
 */
export function requestClass(kind: GpuRequest['kind'], devices: number): string {
  if (kind === 'whole') return `whole ${devices}`;
  return sharesDevices(kind) ? 'share' : kind;
}

function account(node: NodeState, replica: PlacedReplica, sign: 1 | -1): void {
  const shares = sharesDevices(replica.kind);
  node.freePods += sign;
  node.freeCpuMilli += sign * replica.cpuMilli;
  node.freeMemoryMiB += sign * replica.memoryMiB;
  for (const name in replica.extended) addExtended(node, name, sign * (replica.extended[name] ?? 0));
  for (const share of replica.devices) {
    const device = deviceAt(node, share.slot);
    if (device === undefined || share.mig !== undefined) continue;
    device.freeMilli += sign * share.milliGpu;
    device.freeMiB += sign * share.memoryMiB;
    if (shares) {
      const before = device.sharers;
      device.sharers -= sign;
      node.freePods += Number(device.sharers === 0) - Number(before === 0);
    }
    device.code = codeOfDevice(device);
  }
}

/** True for requests whose devices are held by reservation pods, so that others can share them. */
export const sharesDevices = (kind: GpuRequest['kind']): boolean => kind === 'portion' || kind === 'memory';

/** The instance of a share; with `add`, one that the device did not list is added, since a replica runs on it. */
function instanceOf(node: NodeState, share: DeviceShare, add: boolean): InstanceState | undefined {
  const device = deviceAt(node, share.slot);
  if (share.mig === undefined || device === undefined) return undefined;
  const { start } = share.mig;
  const profile = canonicalProfile(share.mig.profile);
  const found = device.mig?.instances.find((one) => one.start === start && one.profile === profile);
  if (found !== undefined || !add) return found;
  const made: InstanceState = { profile, start, replicaId: undefined };
  device.mig ??= { geometry: undefined, instances: [] };
  device.mig.instances.push(made);
  device.code = -1;
  return made;
}

function addExtended(node: NodeState, name: string, amount: number): void {
  node.freeExtended.set(name, (node.freeExtended.get(name) ?? 0) + amount);
}

export const deviceAt = (node: NodeState, slot: number): DeviceState | undefined =>
  node.devices[slot]?.slot === slot ? node.devices[slot] : node.devices.find((one) => one.slot === slot);

/** True for a node that has GPUs, usable or not. */
export const hasDevices = ({ spec }: NodeState): boolean =>
  spec.devices.length > 0 || spec.migInvalid === true || spec.timeSliced === true;

/** Share of the device available to another replica, thousandths; 0 in MIG mode and where unavailable. */
export const freeShare = (device: DeviceState): number => (device.code < 0 ? 0 : freeOf(device.code));

/** The shareable devices as a vector. */
export const vectorOf = (node: NodeState, vectors: VectorTable): GpuVector =>
  vectors.intern(node.devices.map(({ code }) => code).filter((code) => code >= 0));

/** Class and free share of a device as one number; −1 where it is unavailable or in MIG mode. */
function codeOfDevice({
  available,
  mig,
  class: { id, usableMiB: usable },
  freeMilli,
  freeMiB,
}: DeviceState): number {
  if (!available || mig !== undefined) return -1;
  return codeOf(id, effectiveMilli(freeMilli, freeMiB, usable));
}

/** Compute slices of all but the small GPU models; assumed for models that are not in the table. */
const USUAL_SLICES = 7;

/**
 * Charge of a MIG profile as a share of a whole device, thousandths: its compute slices over those of the device,
 * rounded down. For a profile that is not in the table, the number before `g` gives its slices.
 */
export function migShare(geometry: MigGeometry | undefined, profile: string): number {
  const found = geometry === undefined ? undefined : profileOf(geometry, profile);
  if (geometry === undefined || found === undefined)
    return Math.min(1000, Math.floor(((Number.parseInt(profile, 10) || 0) * 1000) / USUAL_SLICES));
  return Math.floor((found.computeSlices * 1000) / geometry.computeSlices);
}

/** Memory of an instance, MiB: as reported by the node, else as captured, else its part of the device's slices. */
export function migMemory(device: DeviceState, { profile, memoryMiB }: InstanceState): number {
  if (memoryMiB !== undefined) return memoryMiB;
  const geometry = device.mig?.geometry;
  const found = geometry === undefined ? undefined : profileOf(geometry, profile);
  if (geometry === undefined || found === undefined) return 0;
  return found.memoryMiB ?? Math.floor((device.class.usableMiB * found.size) / geometry.memorySlices);
}

/** Number of free MIG instances of a device. */
export function freeInstances({ mig, available }: DeviceState): number {
  if (mig === undefined || !available) return 0;
  return mig.instances.filter(isFree).length;
}
