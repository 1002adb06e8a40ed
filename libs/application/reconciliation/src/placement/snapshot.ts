import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type {
  ClusterNode,
  ClusterSnapshot,
  DeviceShare,
  PlacedReplica,
  QuotaRule,
} from '@tessera/domain-placement';
import { maybe } from '@tessera/kernel';
import { hasEnded, type ReplicaPod } from '../model/replica';

/**
 * Adds the replicas that hold resources to their nodes, and the quota of projects and departments. If neither a node
 * nor its list of replicas is a new object, its part of the snapshot is the same object too.
 */
export function clusterSnapshot(
  nodes: readonly ClusterNode[],
  replicasOn: (node: string) => readonly ReplicaPod[],
  quota: readonly QuotaRule[],
): ClusterSnapshot {
  return { nodes: nodes.map((node) => withReplicas(node, replicasOn(node.name))), quota };
}

/** Most nodes do not change between two cycles. */
const filled = new WeakMap<
  ClusterNode,
  { readonly pods: readonly ReplicaPod[]; readonly node: ClusterNode }
>();

function withReplicas(node: ClusterNode, pods: readonly ReplicaPod[]): ClusterNode {
  const known = filled.get(node);
  if (known?.pods === pods) return known.node;
  const replicas = pods.filter((pod) => !hasEnded(pod)).map(placedReplicaOf);
  const made = { ...node, replicas };
  filled.set(node, { pods, node: made });
  return made;
}

/** The same pods are converted often and rarely change. */
const placed = new WeakMap<ReplicaPod, PlacedReplica>();

function placedReplicaOf(pod: ReplicaPod): PlacedReplica {
  const known = placed.get(pod);
  if (known !== undefined) return known;
  const made = placedReplica(pod);
  placed.set(pod, made);
  return made;
}

const placedReplica = (pod: ReplicaPod): PlacedReplica => ({
  id: pod.name,
  workloadId: pod.workloadId,
  projectId: pod.projectId,
  departmentId: pod.departmentId,
  kind: pod.allocation?.kind ?? 'none',
  devices: (pod.allocation?.devices ?? []).map(({ slot, milliGpu, memoryMiB, mig }) => ({
    slot,
    milliGpu,
    memoryMiB,
    ...(mig === undefined ? {} : { mig: instanceOf(mig) }),
  })),
  cpuMilli: pod.cpuMilli,
  memoryMiB: pod.memoryMiB,
  extended: pod.extended,
});

const instanceOf = ({
  profile,
  start,
  strategy,
}: NonNullable<GpuAllocation['devices'][number]['mig']>): NonNullable<DeviceShare['mig']> => ({
  profile,
  start,
  ...maybe('strategy', strategy),
});
