import {
  connectKubernetes,
  InformedClusterView,
  KubernetesClusterWriter,
  KubernetesMigNodes,
  PLAIN_SHARING,
  type KubernetesConnection,
} from '@tessera/adapter-kubernetes';
import {
  acceptApply,
  acceptRemove,
  requestMigConfig,
  initialReplicas,
  ObservedTasks,
  placing,
  Reconciler,
  setCordon,
} from '@tessera/application-reconciliation';
import { InMemoryWorkloads } from '@tessera/application-reconciliation/testing';
import type { ApplyCommand } from '@tessera/contracts-events';
import { ANNOTATIONS, DEFAULT_PROJECT_NETWORK, NODE_LABELS } from '@tessera/contracts-kubernetes';
import { DEFAULT_GUARDRAILS, toIntent } from '@tessera/domain-workload';
import { silentLogger } from '@tessera/platform-logging';
import { describeWithService, eventually } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { applyCommand, gpuPortion, migInstance } from '@tessera/testing-builders';
import type { Json } from './client';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

const EXPOSES_NOTHING = { kind: 'none' } as const;

jest.setTimeout(90_000);
const LIMIT_MS = 30_000;
const NODE = 'a100-pool-a-1';
const OTHER = 'h100-pool-b-1';
const MIXED = 'a100-mig-default-1';
const POOLS = ['my-node-pool-a', 'my-node-pool-b'];
const TIMING = { drainMs: 60_000, stuckMs: 1_500, limitMs: 20_000, awayMs: 1_000, attempts: 2 };

const command = (id: number, compute: object, nodePools: readonly string[]): ApplyCommand => ({
  ...applyCommand(id, 1),
  spec: { image: 'model:1', servingPort: { container: 8000 }, nodePools: [...nodePools], compute },
});
const HALF = gpuPortion(0.5);

/**
 * The whole way on an API server with simulated kubelets and mig-manager. Every reconcile cycle is the first of a scheduler that has
 * just started, so all that it goes on from stands in the cluster. Limits of time begin when a scheduler first sees a
 * step, so what is stuck is left to one scheduler that stays.
 */
function geometryChanges(start: () => Promise<SimulatedCluster>): void {
  let cluster: SimulatedCluster;
  let connection: KubernetesConnection;
  let view: InformedClusterView;
  let nodes: KubernetesMigNodes;
  const workloads = new InMemoryWorkloads();
  const errors: unknown[] = [];
  const reporter = {
    source: '/tessera/scheduler',
    topics: { events: 'events', workloads: 'workloads' },
    newId: () => 'event',
  };

  beforeAll(async () => {
    cluster = await start();
    connection = connectKubernetes(cluster.kubeconfig, 'scheduler');
    const keys = { nodePool: NODE_LABELS.nodePool, nodeType: NODE_LABELS.nodeType };
    const nobody = {
      onUnknownWorkload: () => undefined,
      onWorkload: () => undefined,
      onCapacity: () => undefined,
      onSurroundings: () => undefined,
    };
    const options = {
      keys,
      exposure: EXPOSES_NOTHING,
      clock: { now: () => Date.now() },
      reservationNamespace: 'tessera-reservations',
      refOf: (id: string) => workloads.rows.get(id)?.ref,
    };
    view = new InformedClusterView(connection, silentLogger, options, nobody);
    await view.start();
    // A real API server taints new nodes until its controllers have seen that they are ready.
    await eventually(() => {
      const tainted = view.nodes().filter(({ taints, unschedulable }) => unschedulable || taints.length > 0);
      expect(tainted.map(({ name }) => name)).toEqual([]);
    }, LIMIT_MS);
    const mayWrite = (): boolean => true;
    nodes = new KubernetesMigNodes({ connection, view, operatorNamespace: 'gpu-operator', mayWrite });
  }, 2 * SERVICE_START_MS);
  afterAll(async () => {
    await view.stop();
    await connection.close();
    await cluster.stop();
  }, SERVICE_START_MS);

  function newScheduler(): Reconciler {
    const clock = { now: () => Date.now() };
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
        reservationPods: { namespace: 'tessera-reservations', image: 'reservation', command: [] },
        exposure: EXPOSES_NOTHING,
        mayWrite: () => true,
      },
    );
    return new Reconciler({
      workloads,
      orgUnits: { quota: async () => ({ rules: [], versions: new Map() }) },
      view,
      writer,
      clock,
      reporter,
      compile: (workload) => ({
        workload,
        intent: toIntent(
          workload.removed ? { image: 'none', ...workload.spec } : workload.spec,
          workload.references,
        ).intent,
      }),
      replicaTarget: initialReplicas,
      urls: () => [],
      placeOn: placing({ policy: 'best-fit', tasks: new ObservedTasks(clock) }),
      reservationTiming: { readyMs: 40_000, retryMs: 5_000 },
      mig: { nodes, timing: TIMING },
      onError: (_id, error) => errors.push(error),
    });
  }

  async function reconcile(reconciler = newScheduler()): Promise<void> {
    await reconciler.resync();
    await reconciler.reconcileCycle();
    await reconciler.settled();
    // The scheduler reports the replicas that a drain ended in the cycle after it.
    await reconciler.reconcileCycle();
    await reconciler.settled();
  }

  const comes = (check: () => void, scheduler?: Reconciler): Promise<void> =>
    eventually(async () => {
      await reconcile(scheduler);
      check();
    }, LIMIT_MS);
  const apply = async (one: ApplyCommand): Promise<string> => {
    await workloads.change(one.workloadId, acceptApply(one, new Date().toISOString(), reporter));
    return one.workloadId;
  };
  const remove = async (id: string): Promise<void> => {
    const [row] = await workloads.load([id]);
    if (row === undefined) throw new Error(`no workload ${id}`);
    const { ref, generation } = row;
    const wish = { ...ref, generation: generation + 1 };
    await workloads.change(id, acceptRemove(wish, new Date().toISOString()));
    await comes(() => expect(view.replicasOf(id)).toEqual([]));
  };
  const runsOn = (id: string, node: string): Promise<void> =>
    comes(() =>
      expect(
        view.replicasOf(id).map(({ nodeName, ready, terminating }) => [nodeName, ready, terminating]),
      ).toEqual([[node, true, false]]),
    );
  const messageOf = (id: string): string | undefined => workloads.rows.get(id)?.state.phaseMessage;
  const ask = async (node: string, config: string | undefined) => requestMigConfig(nodes, node, config);
  const changeOf = (node: string) => nodes.node(node)?.observed.change;
  const ended = (node: string, phase: string, scheduler?: Reconciler): Promise<void> =>
    comes(() => expect(changeOf(node)).toMatchObject({ phase }), scheduler);
  const nodeOf = (name: string): Promise<Json> =>
    connection
      .request<{ items: readonly Json[] }>('GET', '/api/v1/nodes')
      .then(({ items }) => items.find(({ metadata }) => metadata.name === name));
  /** Reasons of the events of a node, in their order, without those of its kubelet. */
  const eventsOf = async (name: string): Promise<readonly string[]> => {
    const query = { fieldSelector: `involvedObject.kind=Node,involvedObject.name=${name}` };
    const { items } = await connection.request<Json>('GET', '/api/v1/namespaces/default/events', { query });
    const ours = items.filter(({ reason }: Json) => reason.startsWith('Mig'));
    const version = (event: Json): number => Number(event.metadata.resourceVersion);
    return ours
      .sort((a: Json, b: Json) => version(a) - version(b))
      .map(({ type, reason }: Json) => `${type} ${reason}`);
  };
  const limitsOf = async (id: string): Promise<Json> => {
    const [{ namespace = '', name = '' } = {}] = view.replicasOf(id);
    const pod = await connection.request<Json>('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
    return pod.spec.containers[0].resources.limits;
  };
  const wrong = async (node: string, what: string): Promise<void> => {
    const answer = await fetch(`${cluster.kubelets}/simulate/nodes/${node}/${what}`, { method: 'POST' });
    expect(answer.status).toBe(200);
  };

  it('cordons a node and uncordons it, each once and for the API server too', async () => {
    expect(await setCordon(nodes, OTHER, true)).toEqual({ kind: 'done', cordoned: true });
    expect((await nodeOf(OTHER)).spec.unschedulable).toBe(true);
    expect(view.nodes().find(({ name }) => name === OTHER)?.unschedulable).toBe(true);
    expect(await setCordon(nodes, OTHER, false)).toEqual({ kind: 'done', cordoned: false });
    expect((await nodeOf(OTHER)).spec.unschedulable).toBeUndefined();
  });

  it('drains, cuts and gives back, and the strategy single offers instances as devices', async () => {
    const mover = await apply(command(1, HALF, POOLS));
    await runsOn(mover, NODE);
    expect((await ask(NODE, 'all-1g.5gb')).kind).toBe('report');
    await reconcile();
    expect((await nodeOf(NODE)).spec.unschedulable).toBe(true);
    await runsOn(mover, OTHER);
    await ended(NODE, 'Succeeded');
    const { spec, metadata } = await nodeOf(NODE);
    expect(await eventsOf(NODE)).toEqual(
      ['MigDraining', 'MigApplying', 'MigSucceeded'].map((one) => `Normal ${one}`),
    );
    expect(spec.unschedulable).toBeUndefined();
    expect(metadata.labels['nvidia.com/gpu.product']).toBe('NVIDIA-A100-SXM4-40GB-MIG-1g.5gb');

    const sliced = await apply(command(2, migInstance('1g.5gb'), POOLS));
    await runsOn(sliced, NODE);
    expect(await limitsOf(sliced)).toEqual({ 'nvidia.com/gpu': '1' });
    const whole = gpuPortion(1);
    const shut = await apply(command(3, whole, ['my-node-pool-a']));
    await comes(() => expect(messageOf(shut)).toContain('too few devices'));
    for (const id of [mover, sliced, shut]) await remove(id);
  });

  it('wakes a wedged mig-manager', async () => {
    await wrong(NODE, 'mig-wedge');
    await ask(NODE, 'all-2g.10gb');
    await ended(NODE, 'Succeeded', newScheduler());
    expect(changeOf(NODE)).toMatchObject({ config: 'all-2g.10gb', attempts: 1 });
    expect(await eventsOf(NODE)).toContain('Warning MigRecovering');
  });

  it('goes back after a failure', async () => {
    await wrong(NODE, 'mig-fail');
    await ask(NODE, 'all-disabled');
    await ended(NODE, 'Failed');
    expect(changeOf(NODE)?.message).toContain('the node was rolled back to all-2g.10gb');
    expect((await eventsOf(NODE)).slice(-2)).toEqual(['Warning MigRollingBack', 'Warning MigFailed']);
    expect((await nodeOf(NODE)).spec.unschedulable).toBeUndefined();
  });

  it('waits for a replica that fits nowhere else, is withdrawn, and serves mixed instances', async () => {
    const stayer = await apply(command(4, migInstance('3g.20gb'), ['default']));
    await runsOn(stayer, MIXED);
    expect(await limitsOf(stayer)).toEqual({ 'nvidia.com/mig-3g.20gb': '1' });
    await ask(MIXED, 'all-1g.5gb');
    await comes(() => expect(changeOf(MIXED)?.message).toContain('it fits on no other node'));
    const late = await apply(command(5, migInstance('1g.5gb'), ['default']));
    await comes(() => expect(messageOf(late)).toContain('is being repartitioned'));
    await ask(MIXED, undefined);
    await comes(() => expect(changeOf(MIXED)).toBeUndefined());
    expect(await eventsOf(MIXED)).toEqual(['Normal MigDraining', 'Normal MigWithdrawn']);
    await runsOn(late, MIXED);
    for (const id of [stayer, late]) await remove(id);
  });

  it('does not touch a device in use, whoever asks and how', async () => {
    const resources = { limits: { 'nvidia.com/gpu': '1' } };
    const pods = '/api/v1/namespaces/runai-project-1/pods';
    await connection.request('POST', pods, {
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'stranger' },
        spec: { nodeName: OTHER, containers: [{ name: 'c', image: 'x', resources }] },
      },
    });
    await eventually(() => expect(nodes.node(OTHER)?.observed.foreign).toHaveLength(1));
    expect(await ask(OTHER, 'all-1g.10gb')).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('runai-project-1/stranger (nvidia.com/gpu)'),
    });
    await connection.request('PATCH', `/api/v1/nodes/${OTHER}`, {
      body: { metadata: { annotations: { [ANNOTATIONS.migConfig]: 'all-1g.10gb' } } },
      contentType: 'application/merge-patch+json',
    });
    await ended(OTHER, 'Refused');
    expect(await eventsOf(OTHER)).toEqual(['Warning MigRefused']);
    const { metadata, spec } = await nodeOf(OTHER);
    expect([metadata.labels['nvidia.com/mig.config'], spec.unschedulable]).toEqual([
      'all-disabled',
      undefined,
    ]);
    expect(errors).toEqual([]);
  });

  it('takes the names that mig-manager reports for the node', async () => {
    await connection.request('POST', '/api/v1/namespaces', { body: { metadata: { name: 'gpu-operator' } } });
    const file = 'version: v1\nmig-configs:\n  mine: []\n  all-disabled: []\n';
    await connection.request('POST', '/api/v1/namespaces/gpu-operator/configmaps', {
      body: { metadata: { name: `${MIXED}-mig-config` }, data: { 'config.yaml': file } },
    });
    expect(await ask(MIXED, 'all-1g.5gb')).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('choose one of all-disabled, mine'),
    });
  });
}

const FAST = { TESSERA_SIMULATOR_MIG_MS: '300' };

describe('MIG geometry on the simulated API', () => {
  geometryChanges(() => simulator(undefined, FAST));
});

describeWithService('kubernetes', 'MIG geometry on the real API server', () =>
  geometryChanges(() => realServer(FAST)),
);
