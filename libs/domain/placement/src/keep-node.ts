import { maybe } from '@tessera/kernel';
import { deviceFits, freeInstance, modelAllowed, resourceFilter, staticFilter } from './filters/filters';
import { affinityOf } from './filters/pod-affinity';
import { fitsWithoutReplicas } from './filters/without-replicas';
import type { ClusterModel } from './model/cluster-model';
import { keptId } from './model/kept-id';
import type { DeviceShare, PlacedReplica, ReplicaRequest } from './model/model';
import { migMemory, migShare, type DeviceState, type NodeState } from './model/node-state';
import { milliOn, type Shape } from './model/shape';
import { holdOn } from './model/takes';
import { withinQuota } from './policies/place-options';

/** A node that is kept for a request which has waited too long. */
export interface KeptNode {
  readonly node: string;
  /** Absent for a node in no pool. */
  readonly pool?: string;
}

/**
 * The node that comes nearest to the request and that could serve it once replicas on it end; undefined where none ever
 * can: none is large enough, permitted and within the quota. `mayKeep` excludes nodes. Leaves the model unchanged.
 */
export function nodeToKeep(
  model: ClusterModel,
  request: ReplicaRequest,
  mayKeep: (node: KeptNode) => boolean,
): KeptNode | undefined {
  let best: { readonly node: NodeState; readonly lacking: number } | undefined;
  for (const node of model.nodes) {
    if (!mayKeep(keptNode(node)) || !couldServe(model, node, request)) continue;
    const lacking = shortageOn(node, model.shapes.shapeOf(request));
    if (best === undefined || lacking < best.lacking) best = { node, lacking };
  }
  return best && keptNode(best.node);
}

/** How far the node is from the request: 0 where it fits; undefined where it cannot serve it even once replicas end. */
export function lackingOn(model: ClusterModel, request: ReplicaRequest, name: string): number | undefined {
  const node = model.node(name);
  if (node === undefined || !couldServe(model, node, request)) return undefined;
  return shortageOn(node, model.shapes.shapeOf(request));
}

/**
 * Charges what the request needs of the node and what of it is free now: as devices become free, they are kept until the
 * request fits; the rest of the node serves others. Charges no quota. {@link ClusterModel.removeReplica} reverts it.
 */
export function keep(model: ClusterModel, request: ReplicaRequest, name: string): void {
  const node = model.node(name);
  if (node === undefined) return;
  const shape = model.shapes.shapeOf(request);
  const id = keptId(request.workloadId);
  const most = (asked: number, free: number): number => Math.max(0, Math.min(asked, free));
  const kept: PlacedReplica = {
    id,
    workloadId: id,
    projectId: '',
    departmentId: '',
    kind: shape.gpu.kind,
    devices: sharesToKeep(node, shape),
    cpuMilli: most(shape.cpuMilli, node.freeCpuMilli),
    memoryMiB: most(shape.memoryMiB, node.freeMemoryMiB),
    extended: Object.fromEntries(
      shape.extended.map(([resource, count]) => [
        resource,
        most(count, node.freeExtended.get(resource) ?? 0),
      ]),
    ),
  };
  model.addReplica(node, kept);
}

/** True where the request fits on this node now. */
export function fitsOn(model: ClusterModel, request: ReplicaRequest, name: string): boolean {
  const node = model.node(name);
  if (node === undefined || !isPermitted(model, node, request)) return false;
  return resourceFilter(node, model.shapes.shapeOf(request)) === undefined;
}

const keptNode = ({ spec: { name, pool } }: NodeState): KeptNode => ({
  node: name,
  ...maybe('pool', pool),
});

function isPermitted(model: ClusterModel, node: NodeState, request: ReplicaRequest): boolean {
  const { nodePools } = request;
  if (nodePools.length > 0 && !nodePools.includes(node.spec.pool ?? '')) return false;
  if (staticFilter(node, model.shapes.shapeOf(request)) !== undefined) return false;
  const affinity = affinityOf(model, request);
  return (affinity?.required !== true || affinity.holds(node)) && withinQuota(model, request, node);
}

const couldServe = (model: ClusterModel, node: NodeState, request: ReplicaRequest): boolean =>
  isPermitted(model, node, request) && fitsWithoutReplicas(node, () => true, model.shapes.shapeOf(request));

/** How far the node is from the request: devices count most, then the place of the pod, CPU and memory. */
function shortageOn(node: NodeState, shape: Shape): number {
  const short = (asked: number, free: number): number => (asked <= 0 ? 0 : Math.max(0, asked - free) / asked);
  const devices = bestDevices(node, shape).reduce(
    (sum, device) => sum + short(milliOn(shape, device.class), device.freeMilli),
    0,
  );
  const rest = [
    short(1, node.freePods),
    short(shape.cpuMilli, node.freeCpuMilli),
    short(shape.memoryMiB, node.freeMemoryMiB),
  ];
  return devices * 10 + rest.reduce((sum, one) => sum + one, 0);
}

/** The devices that the request would get soonest: those with the largest free share. */
function bestDevices(node: NodeState, shape: Shape): readonly DeviceState[] {
  if (shape.gpu.kind === 'mig') return [];
  return node.devices
    .filter((device) => device.available && device.mig === undefined && modelAllowed(device, shape))
    .sort((a, b) => b.freeMilli - a.freeMilli || b.freeMiB - a.freeMiB || a.slot - b.slot)
    .slice(0, shape.devices);
}

function sharesToKeep(node: NodeState, shape: Shape): readonly DeviceShare[] {
  if (shape.gpu.kind === 'mig') return instanceToKeep(node, shape, shape.gpu.profile);
  return bestDevices(node, shape).flatMap((device) => {
    const { milliGpu, memoryMiB } = holdOn(device, shape);
    const share = {
      slot: device.slot,
      milliGpu: Math.min(milliGpu, device.freeMilli),
      memoryMiB: Math.min(memoryMiB, device.freeMiB),
    };
    return share.milliGpu > 0 || deviceFits(device, shape) ? [share] : [];
  });
}

function instanceToKeep(node: NodeState, shape: Shape, profile: string): readonly DeviceShare[] {
  for (const device of node.devices) {
    if (!device.available || !modelAllowed(device, shape)) continue;
    const instance = freeInstance(device, profile);
    if (instance === undefined) continue;
    return [
      {
        slot: device.slot,
        milliGpu: migShare(device.mig?.geometry, profile),
        memoryMiB: migMemory(device, instance),
        mig: { profile: instance.profile, start: instance.start },
      },
    ];
  }
  return [];
}
