import type { ReplicaRequest } from './model/model';
import type { ClusterModel } from './model/cluster-model';
import { modelAllowed, staticFilter } from './filters/filters';
import {
  canCut,
  canonicalProfile,
  geometryOf,
  type MigGeometry,
  type MigInstance,
  type MigLayout,
  profileOf,
} from '@tessera/domain-mig';
import { isFree, type DeviceState, type NodeState } from './model/node-state';

/**
 * A change of one device's geometry. Instances in use never change; `destroy` lists free ones. `enablesMig` means that
 * the whole, idle device enters MIG mode first, for which it has to be drained.
 */
export interface GeometryChange {
  readonly node: string;
  readonly slot: number;
  readonly enablesMig: boolean;
  readonly destroy: readonly MigInstance[];
  readonly create: readonly MigInstance[];
  readonly cost: {
    /** Time of creating and destroying instances, ms. */
    readonly durationMs: number;
    /** Memory slices that become unusable for any other instance, or are taken from an idle device. */
    readonly wastedSlices: number;
  };
}

/** Measured on an A30: 0.13 to 0.16 s to create an instance, 0.10 to 0.11 s to destroy one (FAR, arXiv 2507.13601). */
const CREATE_MS = 160;
const DESTROY_MS = 110;
/** Time of enabling MIG mode: it resets the device on Ampere and is fast from Hopper on; this is the slow case. */
const ENABLE_MS = 5000;
/** Penalty for a whole device that leaves sharing: more than any waste within a device. */
const WHOLE_DEVICE_SLICES = 100;

/**
 * The change that makes room for a MIG request with the least waste, or undefined where none does: an instance beside
 * those in use, else in place of free ones, else on an idle device that leaves sharing. Considers only nodes that the
 * request may use and leaves the model unchanged.
 */
export function planGeometryChange(model: ClusterModel, request: ReplicaRequest): GeometryChange | undefined {
  if (request.gpu.kind !== 'mig') return undefined;
  const profile = canonicalProfile(request.gpu.profile);
  const shape = model.shapes.shapeOf(request);
  let best: GeometryChange | undefined;
  for (const node of model.nodes) {
    const poolFits =
      request.nodePools.length === 0 || request.nodePools.some((pool) => pool === node.spec.pool);
    if (!poolFits || staticFilter(node, shape) !== undefined) continue;
    if (node.freePods < 1) continue;
    if (request.cpuMilli > node.freeCpuMilli || request.memoryMiB > node.freeMemoryMiB) continue;
    for (const device of node.devices) {
      if (!device.available || !modelAllowed(device, shape)) continue;
      const change = changeOn(node, device, profile);
      if (change !== undefined && (best === undefined || compare(change, best) < 0)) best = change;
    }
  }
  return best;
}

const compare = (a: GeometryChange, b: GeometryChange): number =>
  a.cost.wastedSlices - b.cost.wastedSlices || a.cost.durationMs - b.cost.durationMs;

function changeOn(node: NodeState, device: DeviceState, profile: string): GeometryChange | undefined {
  const spec = node.spec.devices.find(({ slot }) => slot === device.slot);
  const geometry = spec === undefined ? undefined : geometryOf(spec.model, spec.memoryMiB);
  if (geometry === undefined || profileOf(geometry, profile) === undefined) return undefined;
  if (device.mig === undefined)
    return device.freeMilli < 1000 ? undefined : enabling(node, device, geometry, profile);
  const used = device.mig.instances.filter((one) => !isFree(one));
  const free = device.mig.instances.filter(isFree);
  const options = (profileOf(geometry, profile)?.starts ?? [])
    .filter((start) => canCut(geometry, used, profile, start))
    .map((start) => cutting(node, device, geometry, { profile, start }, used, free));
  return options.sort(compare)[0];
}

/** Destroys only the free instances that conflict with the new one. */
function cutting(
  node: NodeState,
  device: DeviceState,
  geometry: MigGeometry,
  instance: MigInstance,
  used: readonly MigInstance[],
  free: readonly MigInstance[],
): GeometryChange {
  const kept: MigInstance[] = [...used, instance];
  const destroy: MigInstance[] = [];
  for (const one of free) {
    if (canCut(geometry, kept, one.profile, one.start)) kept.push(one);
    else destroy.push({ profile: one.profile, start: one.start });
  }
  return {
    node: node.spec.name,
    slot: device.slot,
    enablesMig: false,
    destroy,
    create: [instance],
    cost: {
      durationMs: CREATE_MS + DESTROY_MS * destroy.length,
      wastedSlices: lostSlices(geometry, used, instance),
    },
  };
}

function enabling(
  node: NodeState,
  device: DeviceState,
  geometry: MigGeometry,
  profile: string,
): GeometryChange | undefined {
  const starts = profileOf(geometry, profile)?.starts ?? [];
  const options = starts.map((start) => ({ start, lost: lostSlices(geometry, [], { profile, start }) }));
  const best = options.sort((a, b) => a.lost - b.lost || a.start - b.start)[0];
  if (best === undefined) return undefined;
  return {
    node: node.spec.name,
    slot: device.slot,
    enablesMig: true,
    destroy: [],
    create: [{ profile, start: best.start }],
    cost: { durationMs: ENABLE_MS + CREATE_MS, wastedSlices: WHOLE_DEVICE_SLICES + best.lost },
  };
}

/**
 * Slices that the instance makes unusable beyond its own: the average, over all plain profiles, of how much less of the
 * device each could still cover. 1g at 6 of an A100 wastes less than 1g at 0, as 4g fits only at 0.
 */
function lostSlices(geometry: MigGeometry, beside: MigLayout, instance: MigInstance): number {
  const own = profileOf(geometry, instance.profile)?.size ?? 0;
  const plain = geometry.profiles.filter(({ attribute }) => attribute === undefined);
  const lost = plain.map(
    ({ name, size }) =>
      size * (coverable(geometry, beside, name) - coverable(geometry, [...beside, instance], name)),
  );
  return Math.max(0, lost.reduce((sum, one) => sum + one, 0) / plain.length - own);
}

/** How many instances of the profile can be added. */
function coverable(geometry: MigGeometry, beside: MigLayout, profile: string): number {
  const layout = [...beside];
  for (const start of profileOf(geometry, profile)?.starts ?? [])
    if (canCut(geometry, layout, profile, start)) layout.push({ profile, start });
  return layout.length - beside.length;
}

/**
 * Applies the change to the model, so that the next decision sees the new instances.
 * @throws Error where the device changed since: an instance to destroy is in use or missing, or there is no room.
 */
export function applyGeometryChange(model: ClusterModel, change: GeometryChange): void {
  const node = model.node(change.node);
  const device = node?.devices.find(({ slot }) => slot === change.slot);
  if (node === undefined || device === undefined)
    throw new Error(`Node ${change.node} has no device ${change.slot}.`);
  const isNamed = (one: MigInstance): boolean =>
    change.destroy.some(({ profile, start }) => profile === one.profile && start === one.start);
  const existing = device.mig?.instances ?? [];
  const busy = existing.find((one) => isNamed(one) && !isFree(one));
  if (busy !== undefined)
    throw new Error(`${busy.profile} at ${busy.start} on ${change.node} device ${change.slot} is in use.`);
  const spec = node.spec.devices.find(({ slot }) => slot === change.slot);
  const geometry = geometryOf(spec?.model ?? '', spec?.memoryMiB ?? 0);
  const kept = existing.filter((one) => !isNamed(one));
  if (geometry === undefined || !change.create.every((one) => canCut(geometry, kept, one.profile, one.start)))
    throw new Error(`The new instances do not fit on ${change.node} device ${change.slot}.`);
  const instances = [...kept, ...change.create.map((one) => ({ ...one, replicaId: undefined }))];
  device.mig = { geometry, instances: instances.sort((a, b) => a.start - b.start) };
  device.code = -1;
  model.refresh(node);
}
