import type { ClusterNode, ClusterSnapshot, Device, DeviceShare } from '@tessera/domain-placement';
import type { NodeState } from '../model/cluster';
import { groupKey, type ReservationPod } from '../model/reservation';

/** One GPU of a node and its allocations. */
export interface DeviceReport {
  readonly index: number;
  readonly model: string;
  readonly memoryMiB: number;
  readonly allocatedMilliGpu: number;
  readonly allocatedMiB: number;
  /** True if the device is held by a foreign pod or must not be used. */
  readonly unavailable: boolean;
  /** UUID of the physical device, once its reservation pod has reported it. */
  readonly uuid?: string;
  /** Existing MIG instances, if the device is in MIG mode. */
  readonly mig?: readonly { readonly profile: string; readonly start: number; readonly used: boolean }[];
}

/** A node with its GPUs, as seen by the scheduler of its cluster. */
export interface NodeReport extends NodeState {
  readonly status: 'Ready' | 'NotReady' | 'Unschedulable';
  readonly pool?: string;
  readonly nodeType?: string;
  readonly taints: ClusterNode['taints'];
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly replicas: number;
  readonly devices: readonly DeviceReport[];
}

/** The nodes of the snapshot sorted by name, each with its state in Kubernetes. */
export function nodeReports(
  { nodes }: ClusterSnapshot,
  states: readonly NodeState[],
  reservationPodOf: (group: string) => ReservationPod | undefined = () => undefined,
): readonly NodeReport[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return [...states]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((state) => {
      const node = byName.get(state.name);
      return node === undefined ? [] : [report(node, state, reservationPodOf)];
    });
}

function report(
  node: ClusterNode,
  state: NodeState,
  reservationPodOf: (group: string) => ReservationPod | undefined,
): NodeReport {
  const shares = node.replicas.flatMap(({ devices }) => devices);
  const ready = state.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const { pool, nodeType, taints, cpuMilli, memoryMiB, replicas } = node;
  return {
    ...state,
    status: ready ? (node.unschedulable ? 'Unschedulable' : 'Ready') : 'NotReady',
    ...(pool === undefined ? {} : { pool }),
    ...(nodeType === undefined ? {} : { nodeType }),
    taints,
    cpuMilli,
    memoryMiB,
    replicas: replicas.length,
    devices: node.devices.map((device) =>
      deviceReport(
        device,
        shares.filter(({ slot }) => slot === device.slot),
        reservationPodOf(groupKey({ node: node.name, slot: device.slot }))?.device,
      ),
    ),
  };
}

function deviceReport(
  device: Device,
  shares: readonly DeviceShare[],
  uuid: string | undefined,
): DeviceReport {
  const { slot, model, memoryMiB, mig, unavailable = false } = device;
  const isUsed = (start: number): boolean => shares.some((share) => share.mig?.start === start);
  return {
    index: slot,
    model,
    memoryMiB,
    allocatedMilliGpu: shares.reduce((sum, share) => sum + share.milliGpu, 0),
    allocatedMiB: shares.reduce((sum, share) => sum + share.memoryMiB, 0),
    unavailable,
    ...(uuid === undefined ? {} : { uuid }),
    ...(mig === undefined
      ? {}
      : { mig: mig.instances.map(({ profile, start }) => ({ profile, start, used: isUsed(start) })) }),
  };
}
