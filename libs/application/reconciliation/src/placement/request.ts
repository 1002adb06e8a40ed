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

/** One shared array for all requests, since requests are cached. */
export const ANY_MODEL: ReplicaRequest['gpuModels'] = [];

/** The placement request of one replica. `id` is the name of its pod. */
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

/** The node pools named by the spec, else the default list of the project. */
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
  ...(strategy === undefined ? {} : { strategy }),
});
