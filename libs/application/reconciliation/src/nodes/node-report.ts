import type { DeviceReport, NodeReport } from '@tessera/contracts-internal';
import type { ClusterNode, ClusterSnapshot, Device, DeviceShare } from '@tessera/domain-placement';
import { maybe } from '@tessera/kernel';
import type { NodeStatus } from '../model/cluster';
import { groupKey, type ReservationPod } from '../model/reservation';

/** The nodes of the snapshot sorted by name, each with its state in Kubernetes. */
export function nodeReports(
  { nodes }: ClusterSnapshot,
  states: readonly NodeStatus[],
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
  state: NodeStatus,
  reservationPodOf: (group: string) => ReservationPod | undefined,
): NodeReport {
  const shares = node.replicas.flatMap(({ devices }) => devices);
  const ready = state.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const { pool, nodeType, taints, cpuMilli, memoryMiB, replicas } = node;
  return {
    ...state,
    status: ready ? (node.unschedulable ? 'Unschedulable' : 'Ready') : 'NotReady',
    ...maybe('pool', pool),
    ...maybe('nodeType', nodeType),
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
    ...maybe('uuid', uuid),
    ...(mig === undefined
      ? {}
      : { mig: mig.instances.map(({ profile, start }) => ({ profile, start, used: isUsed(start) })) }),
  };
}
