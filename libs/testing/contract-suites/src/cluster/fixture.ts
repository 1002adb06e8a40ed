import {
  accepted,
  type AcceptedWorkload,
  type ClusterView,
  type ClusterWriter,
  type CompiledWorkload,
  type NewReplica,
  type PodAmounts,
  type ReplicaPod,
} from '@tessera/application-reconciliation';
import { toIntent, type InferenceSpec } from '@tessera/domain-workload';
import { applyCommand } from '@tessera/testing-builders';

/** A cluster with at least one ready node, whose nodes run, make ready and end pods. */
export interface ClusterUnderTest {
  readonly view: ClusterView;
  readonly writer: ClusterWriter;
  /** A ready node with at least two GPUs that nobody uses. */
  readonly node: string;
  readonly others: OthersOnCluster;
  /** From now on pods of this workload count as replicas. */
  accept(workload: AcceptedWorkload): void;
  /** Lets the nodes act until the check no longer throws. */
  eventually(check: () => void): Promise<void>;
}

/** What administrators, users and failures do to a cluster. The view shows it at some time after a call has resolved. */
export interface OthersOnCluster {
  /** Adds a node without devices, or changes it. */
  node(name: string, ready: boolean): Promise<void>;
  addStorageClass(name: string, isDefault: boolean): Promise<void>;
  removeStorageClass(name: string): Promise<void>;
  /** Creates a claim in a namespace that exists. */
  addClaim(namespace: string, name: string): Promise<void>;
  /** A container of the namespace that asks for nothing asks for this CPU and memory; undefined ends it. */
  limitRequests(namespace: string, amounts: Omit<PodAmounts, 'extended'> | undefined): Promise<void>;
  /** The answer to the next creation of a replica is lost, after it was carried out or without that. */
  loseNextCreation(carriedOut: boolean): void;
  /** The error of a write that can never succeed, and that of one for whose object the cluster lacks something. */
  refusedWrites(): Promise<{ readonly forGood: unknown; readonly forNow: unknown }>;
}

/** Workloads of one run have names of their own: clusters outlive a test. */
let count = 0;

/** A workload that asks for half of one GPU per replica. */
export function workload(spec: Partial<InferenceSpec> = {}): CompiledWorkload {
  const command = applyCommand((count += 1), 0.5);
  const whole = { ...command.spec, ...spec };
  return {
    workload: accepted({ ...command, spec: whole }, command.createdAt),
    intent: toIntent(whole).intent,
  };
}

/** A replica with half of the device `slot`. */
export const replicaOf = ({ workload: { ref } }: CompiledWorkload, node: string, slot = 0): NewReplica => ({
  ordinal: 0,
  name: `${ref.name}-0`,
  placement: { node, kind: 'portion', devices: [{ slot, milliGpu: 500, memoryMiB: 1024 }] },
});

/** An accepted workload with its owner object. */
export async function prepared(
  cluster: ClusterUnderTest,
  spec: Partial<InferenceSpec> = {},
): Promise<CompiledWorkload> {
  const target = workload(spec);
  cluster.accept(target.workload);
  await cluster.writer.ensureFirst(target);
  return target;
}

export const replicasOf = (
  cluster: ClusterUnderTest,
  { workload: { ref } }: CompiledWorkload,
): readonly ReplicaPod[] => cluster.view.replicasOf(ref.workloadId);

/** An accepted workload with one replica on the device. */
export async function running(
  cluster: ClusterUnderTest,
  slot = 0,
): Promise<{ readonly target: CompiledWorkload; readonly pod: ReplicaPod }> {
  const target = await prepared(cluster);
  await cluster.writer.createReplica(target, replicaOf(target, cluster.node, slot));
  const [pod] = replicasOf(cluster, target);
  if (pod === undefined) throw new Error('the replica does not show in the view');
  return { target, pod };
}

/** Ends the replicas of a workload at once. */
export async function ended(cluster: ClusterUnderTest, target: CompiledWorkload): Promise<void> {
  for (const pod of replicasOf(cluster, target)) await cluster.writer.removeReplica(pod, { atOnce: true });
}
