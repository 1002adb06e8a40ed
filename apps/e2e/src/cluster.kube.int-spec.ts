import {
  connectKubernetes,
  InformedClusterView,
  KubernetesClusterWriter,
  PLAIN_SHARING,
} from '@tessera/adapter-kubernetes';
import type { WorkloadRef } from '@tessera/contracts-events';
import { DEFAULT_PROJECT_NETWORK, NODE_LABELS } from '@tessera/contracts-kubernetes';
import { DEFAULT_GUARDRAILS } from '@tessera/domain-workload';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { silentLogger } from '@tessera/platform-logging';
import { clusterContract, type ClusterUnderTest } from '@tessera/testing-contract-suites';
import { describeWithService, eventually } from '@tessera/testing-services';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

jest.setTimeout(90_000);
const LIMIT_MS = 30_000;
const RESERVATIONS = 'tessera-reservations';
const EXPOSES_NOTHING = { kind: 'none' } as const;

/** Informers and writer of the scheduler on an API server with simulated nodes. */
async function onServer(cluster: SimulatedCluster) {
  const connection = connectKubernetes(cluster.kubeconfig, 'scheduler');
  const known = new Map<string, WorkloadRef>();
  const view = new InformedClusterView(
    connection,
    silentLogger,
    {
      keys: { nodePool: NODE_LABELS.nodePool, nodeType: NODE_LABELS.nodeType },
      exposure: EXPOSES_NOTHING,
      clock: { now: () => Date.now() },
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
    connection,
    view.objects,
    { onPod: (pod) => view.observePod(pod), onPodGone: (pod) => view.forgetPod(pod) },
    {
      namespaces: 'create',
      reservedNamespaces: [],
      guardrailsOf: () => DEFAULT_GUARDRAILS,
      refusalsOf: () => [],
      network: { ...DEFAULT_PROJECT_NETWORK, gatewayNamespace: 'tessera' },
      sharing: PLAIN_SHARING,
      reservationPods: { namespace: RESERVATIONS, image: 'reservation', command: [] },
      exposure: EXPOSES_NOTHING,
      mayWrite: () => true,
    },
  );
  await view.start();
  const usable = () =>
    view.nodes().find((node) => !node.unschedulable && node.taints.length === 0 && node.devices.length >= 2);
  // A real API server taints new nodes until its controllers have seen that they are ready.
  await eventually(() => expect(usable()).toBeDefined(), LIMIT_MS);
  const underTest: ClusterUnderTest = {
    view,
    writer,
    node: usable()?.name ?? '',
    accept: ({ ref }) => {
      known.set(ref.workloadId, ref);
      view.ownerChanged(ref.workloadId);
    },
    eventually: (check) => eventually(check, LIMIT_MS),
  };
  const stop = async (): Promise<void> => {
    await view.stop();
    await connection.close();
    await cluster.stop();
  };
  return { underTest, stop };
}

function informedCluster(start: () => Promise<SimulatedCluster>): void {
  let stop: () => Promise<void> = async () => undefined;
  afterAll(() => stop(), SERVICE_START_MS);
  clusterContract(async () => {
    const opened = await onServer(await start());
    stop = opened.stop;
    return opened.underTest;
  });
}

describe('the cluster as informers show it, on the simulated API server', () => {
  informedCluster(() => simulator());
});

describeWithService('kubernetes', 'the cluster as informers show it, on a real API server', () => {
  informedCluster(() => realServer());
});
