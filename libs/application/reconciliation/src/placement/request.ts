import type {
  ClusterNode,
  ClusterSnapshot,
  DeviceShare,
  GpuRequest,
  PlacedReplica,
  QuotaRule,
  ReplicaRequest,
} from '@tessera/domain-placement';
import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { GpuIntent, WorkloadIntent } from '@tessera/domain-workload';
import { hasEnded, type AcceptedWorkload, type CompiledWorkload, type ReplicaPod } from '../model/workload';

/** One for all requests: they are kept for a while. */
export const ANY_MODEL: ReplicaRequest['gpuModels'] = [];

/** What one replica of a workload asks of placement. `id` is the name of its pod. */
export function replicaRequest({ workload, intent }: CompiledWorkload, id: string): ReplicaRequest {
  const { placement, resources } = intent;
  return {
    id,
    workloadId: workload.ref.workloadId,
    projectId: workload.ref.projectId,
    departmentId: workload.ref.departmentId,
    gpu: gpuRequest(resources.gpu),
    gpuModels: ANY_MODEL,
    cpuMilli: resources.cpuMilli,
    memoryMiB: resources.memoryMiB,
    extended: resources.extended,
    nodePools: nodePoolsOf(workload, intent),
    nodeSelector: {},
    nodeAffinity: placement.nodeAffinity,
    tolerations: placement.tolerations,
    ...(placement.nodeType === undefined ? {} : { nodeType: placement.nodeType }),
    ...(placement.podAffinity === undefined ? {} : { podAffinity: placement.podAffinity }),
  };
}

/** The pools that the spec names, else the project's default list. */
export const nodePoolsOf = (workload: AcceptedWorkload, intent: WorkloadIntent): readonly string[] =>
  intent.placement.nodePools.length > 0 ? intent.placement.nodePools : workload.defaultNodePools;

/** Limits above requests are burst and never counted (design §4). */
function gpuRequest(gpu: GpuIntent): GpuRequest {
  switch (gpu.kind) {
    case 'portion':
      return { kind: 'portion', devices: gpu.devices, milliGpu: gpu.milliGpu };
    case 'memory':
      return { kind: 'memory', devices: gpu.devices, memoryMiB: gpu.memoryMiB };
    default:
      return gpu;
  }
}

/**
 * Puts the replicas that hold something onto their nodes, beside what projects and departments deserve. Where neither a node
 * nor the list of its replicas is another object than before, its part of the snapshot is the same object too.
 */
export function clusterSnapshot(
  nodes: readonly ClusterNode[],
  replicasOn: (node: string) => readonly ReplicaPod[],
  quota: readonly QuotaRule[],
): ClusterSnapshot {
  return { nodes: nodes.map((node) => withReplicas(node, replicasOn(node.name))), quota };
}

/** Most nodes do not change between two passes. */
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

/** Pods are asked for again and again and change seldom. */
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
  ...(strategy === undefined ? {} : { strategy }),
});
