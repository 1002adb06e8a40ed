import type { DeviceReport, NodeReport, NodeReports, NodesQuery } from '@tessera/contracts-internal';
import { geometryOf } from '@tessera/domain-mig';
import type { ClusterNode, ClusterSnapshot, Device, DeviceShare } from '@tessera/domain-placement';
import { maybe } from '@tessera/kernel';
import type { NodeStatus } from '../model/cluster';
import type { ReplicaPod } from '../model/replica';
import { groupKey, type ReservationPod } from '../model/reservation';
import { holdersOf, instanceOf, reservationOf } from './device-holders';

/** Sources of reports beyond the snapshot. */
export interface NodeReportSources {
  readonly reservationPodOf?: (group: string) => ReservationPod | undefined;
  /** Our pods on a node; if present, reports name the holders of the shares of its devices. */
  readonly podsOn?: (node: string) => readonly ReplicaPod[];
}

/** The nodes of the snapshot sorted by name, each with its state in Kubernetes. */
export function nodeReports(
  { nodes }: ClusterSnapshot,
  states: readonly NodeStatus[],
  sources: NodeReportSources = {},
): readonly NodeReport[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return byNames(states).flatMap((state) => {
    const node = byName.get(state.name);
    return node === undefined ? [] : [report(node, state, sources)];
  });
}

/** The nodes on one page of those sorted by name; all of them without a limit. */
export function pageOf<N extends { readonly name: string }>(
  nodes: readonly N[],
  { offset = 0, limit = nodes.length }: Pick<NodesQuery, 'offset' | 'limit'>,
): { readonly nodes: readonly N[] } & Pick<NodeReports, 'next'> {
  const end = offset + limit;
  return { nodes: byNames(nodes).slice(offset, end), ...(end < nodes.length ? { next: end } : {}) };
}

const byNames = <N extends { readonly name: string }>(nodes: readonly N[]): readonly N[] =>
  [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));

function report(node: ClusterNode, state: NodeStatus, sources: NodeReportSources): NodeReport {
  const shares = node.replicas.flatMap(({ devices }) => devices);
  const ready = state.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const { pool, nodeType, taints, cpuMilli, memoryMiB, replicas } = node;
  const pods = sources.podsOn?.(node.name);
  return {
    ...state,
    status: ready ? (node.unschedulable ? 'Unschedulable' : 'Ready') : 'NotReady',
    ...maybe('pool', pool),
    ...maybe('nodeType', nodeType),
    taints,
    cpuMilli,
    memoryMiB,
    replicas: replicas.length,
    devices: node.devices.map((device) => {
      const reservationPod = sources.reservationPodOf?.(groupKey({ node: node.name, slot: device.slot }));
      return {
        ...deviceReport(
          device,
          shares.filter(({ slot }) => slot === device.slot),
          reservationPod?.device,
        ),
        ...(pods === undefined
          ? {}
          : {
              holders: holdersOf(device, pods),
              ...maybe('reservation', reservationPod && reservationOf(reservationPod)),
            }),
      };
    }),
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
      : {
          mig: mig.instances.map((one) => ({ ...instanceOf(device, one), used: isUsed(one.start) })),
          ...maybe('migSlices', geometryOf(model, memoryMiB)?.memorySlices),
        }),
  };
}
