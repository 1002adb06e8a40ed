import type { NodeSelectorTermIntent, TolerationIntent } from '@tessera/domain-workload';
import type { ClusterNode, FilterCode, VolumeReach } from '../model/model';
import { milliOn, type Shape } from '../model/shape';
import { freeShare, isFree, type DeviceState, type InstanceState, type NodeState } from '../model/node-state';
import { canonicalProfile } from '@tessera/domain-mig';

/** First filter that rejects the shape by the node's static properties; the pool is checked elsewhere. */
export function staticFilter(node: NodeState, shape: Shape): FilterCode | undefined {
  const { spec } = node;
  if (spec.repartitioning === true) return 'NodeRepartitioning';
  if (spec.unschedulable) return 'NodeUnschedulable';
  if (shape.nodeType !== undefined && spec.nodeType !== shape.nodeType) return 'NodeType';
  if (shape.nodeSelector.some(([key, value]) => spec.labels[key] !== value)) return 'NodeSelector';
  if (shape.nodeAffinity.length > 0 && !affinityHolds(spec, shape.nodeAffinity)) return 'NodeAffinity';
  if (spec.taints.length > 0 && untolerated(spec, shape.tolerations, isHard) !== undefined) return 'Taint';
  if (shape.volumes.some((volume) => !reaches(spec, volume))) return 'Volume';
  if (spec.migInvalid === true && shape.devices > 0) return 'MigInvalid';
  if (spec.timeSliced === true && shape.devices > 0 && !(shape.gpu.kind === 'mig' && hasInstances(node)))
    return 'TimeSliced';
  if (shape.gpuModels.length > 0 && shape.devices > 0 && !hasModel(node, shape.gpuModels)) return 'GpuModel';
  if (shape.gpu.kind === 'memory' && memoryIsUnknown(node)) return 'GpuMemoryUnknown';
  if (shape.avoidedNodes.length > 0 && shape.avoidedNodes.includes(spec.name)) return 'NodeAvoided';
  return undefined;
}

/** True where an untolerated taint has the effect PreferNoSchedule. */
export const isDiscouraged = ({ spec }: NodeState, shape: Shape): boolean =>
  spec.taints.length > 0 && untolerated(spec, shape.tolerations, (effect) => !isHard(effect)) !== undefined;

/** First filter that rejects the shape by the node's free capacity. */
export function resourceFilter(node: NodeState, shape: Shape): FilterCode | undefined {
  if (node.freePods < podsNeeded(node, shape)) return 'Pods';
  if (shape.cpuMilli > node.freeCpuMilli && shape.cpuMilli > 0) return 'Cpu';
  if (shape.memoryMiB > node.freeMemoryMiB && shape.memoryMiB > 0) return 'Memory';
  for (const [name, count] of shape.extended)
    if (count > (node.freeExtended.get(name) ?? 0)) return 'ExtendedResource';
  return shape.devices === 0 ? undefined : gpuFilter(node, shape);
}

/** Pods that a replica of the shape brings at least: itself, and a reservation pod for each device that nobody shares. */
export function podsNeeded(node: NodeState, shape: Shape): number {
  // The usual case is answered without reading the devices.
  if (!shape.shares || node.freePods > shape.devices) return 1;
  const shared = node.devices.filter(
    (device) => device.sharers > 0 && modelAllowed(device, shape) && deviceFits(device, shape),
  );
  return 1 + Math.max(0, shape.devices - shared.length);
}

function gpuFilter(node: NodeState, shape: Shape): FilterCode | undefined {
  if (shape.gpu.kind === 'mig') return migFilter(node, shape.gpu.profile, shape);
  if (shape.gpuModels.length === 0 && node.vector.codes.length < shape.devices) return 'GpuDevices';
  let present = 0;
  let fitting = 0;
  for (const device of node.devices) {
    if (!device.available || device.mig !== undefined || !modelAllowed(device, shape)) continue;
    present++;
    if (deviceFits(device, shape) && ++fitting >= shape.devices) return undefined;
  }
  if (present < shape.devices) return 'GpuDevices';
  return shape.gpu.kind === 'memory' ? 'GpuMemory' : 'GpuShare';
}

function migFilter(node: NodeState, profile: string, shape: Shape): FilterCode | undefined {
  const present = node.devices.filter((device) => device.available && modelAllowed(device, shape));
  if (present.length === 0) return 'GpuDevices';
  return present.some((device) => freeInstance(device, profile) !== undefined) ? undefined : 'MigPlacement';
}

/** The free instance of the profile with the lowest start. */
export const freeInstance = (device: DeviceState, profile: string): InstanceState | undefined =>
  device.mig?.instances.find((one) => isFree(one) && one.profile === canonicalProfile(profile));

/** True where the device has room for its part of the shape now. */
export function deviceFits(device: DeviceState, shape: Shape): boolean {
  const free = freeShare(device);
  if (shape.gpu.kind === 'whole') return free >= 1000;
  if (shape.gpu.kind === 'memory' && shape.gpu.memoryMiB > device.freeMiB) return false;
  return free > 0 && milliOn(shape, device.class) <= device.freeMilli && shape.milliGpu <= free;
}

export const modelAllowed = (device: DeviceState, shape: Pick<Shape, 'gpuModels'>): boolean =>
  shape.gpuModels.length === 0 || shape.gpuModels.includes(device.class.model);

const hasModel = ({ models }: NodeState, allowed: readonly string[]): boolean =>
  models.some((model) => allowed.includes(model));

const hasInstances = ({ devices }: NodeState): boolean => devices.some(({ mig }) => mig !== undefined);

/** No node label states the memory of its devices, so no amount of it can be promised. */
const memoryIsUnknown = ({ devices }: NodeState): boolean =>
  devices.length > 0 && devices.every((device) => device.class.usableMiB === 0);

const isHard = (effect: string): boolean => effect !== 'PreferNoSchedule';

/** The first taint with such an effect that no toleration covers. */
export function untolerated(
  spec: ClusterNode,
  tolerations: readonly TolerationIntent[],
  concerns: (effect: string) => boolean,
): ClusterNode['taints'][number] | undefined {
  return spec.taints.find(
    (taint) => concerns(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** The rules of Kubernetes: Exists without a key tolerates every taint; no effect means every effect. */
function tolerates(toleration: TolerationIntent, taint: ClusterNode['taints'][number]): boolean {
  const { key, operator, value, effect } = toleration;
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  if (key !== taint.key) return false;
  return operator === 'Exists' || (value ?? '') === (taint.value ?? '');
}

/** True where the node can mount the volume. */
export function reaches(spec: ClusterNode, { terms, usedOn, heldBy }: VolumeReach): boolean {
  if (heldBy !== undefined || usedOn?.includes(spec.name) === false) return false;
  if (terms.length === 0) return true;
  return affinityHolds({ labels: { ...spec.labels, [NODE_NAME]: spec.name } }, terms);
}

/** Field of a node that the affinity of a volume may name (Kubernetes: `matchFields` knows no other). */
const NODE_NAME = 'metadata.name';

/** The rules of Kubernetes: one term must match; a term without expressions matches no node. */
export function affinityHolds(
  spec: Pick<ClusterNode, 'labels'>,
  terms: readonly NodeSelectorTermIntent[],
): boolean {
  return terms.length === 0 || terms.some((term) => termHolds(spec, term));
}

function termHolds(spec: Pick<ClusterNode, 'labels'>, { expressions }: NodeSelectorTermIntent): boolean {
  return (
    expressions.length > 0 &&
    expressions.every(({ key, operator, values }) => {
      const label = spec.labels[key];
      switch (operator) {
        case 'In':
          return label !== undefined && values.includes(label);
        case 'NotIn':
          return label === undefined || !values.includes(label);
        case 'Exists':
          return label !== undefined;
        case 'DoesNotExist':
          return label === undefined;
        case 'Gt':
          return isInteger(label) && isInteger(values[0]) && Number(label) > Number(values[0]);
        case 'Lt':
          return isInteger(label) && isInteger(values[0]) && Number(label) < Number(values[0]);
      }
    })
  );
}

const isInteger = (text: string | undefined): text is string => text !== undefined && /^-?\d+$/.test(text);
