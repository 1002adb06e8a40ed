import {
  connectKubernetes,
  InformedClusterView,
  KubernetesClusterWriter,
  PLAIN_SHARING,
  type KubernetesConnection,
} from '@tessera/adapter-kubernetes';
import type { WorkloadRef } from '@tessera/contracts-events';
import { DEFAULT_PROJECT_NETWORK, NODE_LABELS } from '@tessera/contracts-kubernetes';
import { DEFAULT_GUARDRAILS } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { silentLogger } from '@tessera/platform-logging';
import { eventually } from '@tessera/testing-services';
import type { SimulatedCluster } from './simulated-nodes';

/** How long nodes and pods may take, ms. */
export const CLUSTER_LIMIT_MS = 30_000;
const RESERVATIONS = 'tessera-reservations';
const EXPOSES_NOTHING = { kind: 'none' } as const;

/** Informers and writer of the scheduler on an API server with simulated nodes. */
export interface InformedCluster {
  readonly connection: KubernetesConnection;
  readonly view: InformedClusterView;
  readonly writer: KubernetesClusterWriter;
  /** A ready node with at least two GPUs that nobody uses. */
  readonly node: string;
  /** From now on pods of this workload count as replicas. */
  accept(ref: WorkloadRef): void;
  stop(): Promise<void>;
}

export interface InformedClusterOptions {
  /** The class of pods that share devices. */
  readonly runtimeClass?: string;
  /** The connection that the writer uses in place of the one of the informers. */
  readonly asWritten?: (connection: KubernetesConnection) => KubernetesConnection;
}

export async function informedCluster(
  cluster: SimulatedCluster,
  { runtimeClass, asWritten = (connection) => connection }: InformedClusterOptions = {},
): Promise<InformedCluster> {
  const connection = connectKubernetes(cluster.kubeconfig, 'scheduler');
  const known = new Map<string, WorkloadRef>();
  const view = new InformedClusterView(
    connection,
    silentLogger,
    {
      keys: { nodePool: NODE_LABELS.nodePool, nodeType: NODE_LABELS.nodeType },
      exposure: EXPOSES_NOTHING,
      clock: { now: () => Date.now() },
      ...maybe('runtimeClass', runtimeClass),
      reservationNamespace: RESERVATIONS,
      refOf: (id) => known.get(id),
    },
    {
      onUnknownWorkload: () => undefined,
      onWorkload: () => undefined,
      onCapacity: () => undefined,
      onSurroundings: () => undefined,
    },
  );
  const writer = new KubernetesClusterWriter(
    asWritten(connection),
    view.objects,
    { onPod: (pod) => view.observePod(pod), onPodGone: (pod) => view.forgetPod(pod) },
    {
      namespaces: 'create',
      reservedNamespaces: [],
      guardrailsOf: () => DEFAULT_GUARDRAILS,
      refusalsOf: () => [],
      network: { ...DEFAULT_PROJECT_NETWORK, gatewayNamespace: 'tessera' },
      sharing: { ...PLAIN_SHARING, ...maybe('runtimeClass', runtimeClass) },
      reservationPods: { namespace: RESERVATIONS, image: 'reservation', command: [] },
      exposure: EXPOSES_NOTHING,
      mayWrite: () => true,
    },
  );
  await view.start();
  const usable = () =>
    view.nodes().find((node) => !node.unschedulable && node.taints.length === 0 && node.devices.length >= 2);
  // A real API server taints new nodes until its controllers have seen that they are ready.
  await eventually(() => expect(usable()).toBeDefined(), CLUSTER_LIMIT_MS);
  return {
    connection,
    view,
    writer,
    node: usable()?.name ?? '',
    accept: (ref) => {
      known.set(ref.workloadId, ref);
      view.ownerChanged(ref.workloadId);
    },
    stop: async () => {
      await view.stop();
      await connection.close();
      await cluster.stop();
    },
  };
}
