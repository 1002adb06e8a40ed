import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { LostAnswerError } from '../ports';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

/** A workload on a cluster whose writes a spec makes fail. */
function setUp(replicas = 1) {
  const { workloads, cluster, reporter, create, iso, advance } = fakeSchedulers(
    () => new FakeCluster([gpuNode('node-a', 2)]),
    { exposing: {} },
  );
  const reconciler = create();
  const { workloadId: id } = applyCommand(1, 0.5);
  const t = {
    cluster,
    async settle(): Promise<void> {
      advance(60_000);
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    async ask(generation: number, wanted: number, more: object = {}): Promise<void> {
      const command = applyCommand(1, 0.5, generation);
      const autoscaling = { minReplicas: wanted, initialReplicas: wanted, maxReplicas: wanted };
      const spec = { ...command.spec, autoscaling, ...more };
      await workloads.change(id, acceptApply({ ...command, spec }, iso(), reporter), `apply-${generation}`);
      await t.settle();
    },
    begin: (more?: object) => t.ask(1, replicas, more),
    async serve(): Promise<void> {
      cluster.allReady();
      await t.settle();
    },
    state: () => workloads.rows.get(id)?.state,
    reasons: () =>
      workloads.rows
        .get(id)
        ?.state.conditions.filter(({ status }) => status === 'False')
        .map(({ type, reason }) => `${type}: ${reason}`),
  };
  return t;
}

type Cluster = FakeCluster;

/** Makes the next call of a method fail, with its effect or without. */
function failOnce(
  cluster: Cluster,
  method: 'createReservationPod' | 'injectDevices',
  hasEffect: boolean,
): void {
  const real = cluster[method].bind(cluster) as (...args: unknown[]) => Promise<void>;
  cluster[method] = (async (...args: unknown[]) => {
    (cluster as unknown as Record<string, unknown>)[method] = real;
    if (hasEffect) await real(...args);
    throw new LostAnswerError(new Error('other side closed'));
  }) as never;
}

describe('a problem ends with its cause', () => {
  it.each([
    ['a reservation pod was created without an answer', 'createReservationPod', true],
    ['a reservation pod was not created', 'createReservationPod', false],
    ['devices were injected without an answer', 'injectDevices', true],
    ['devices were not injected', 'injectDevices', false],
  ] as const)('when %s', async (_what, method, hasEffect) => {
    const t = setUp();
    failOnce(t.cluster, method, hasEffect);
    await t.begin();
    await t.serve();
    await t.settle();
    expect([t.state()?.phase, t.reasons()]).toEqual(['Running', []]);
  });

  it('when a replica that could not be created is not wanted any more', async () => {
    const t = setUp(2);
    await t.begin();
    t.cluster.allReady();
    for (const name of [...t.cluster.pods.keys()].slice(1)) t.cluster.pods.delete(name);
    t.cluster.nextCreateError = Object.assign(new Error('quota'), { name: 'Refused' });
    await t.settle();
    expect(t.reasons()).toContain('Ready: RefusedByCluster');
    await t.ask(2, 1);
    expect([t.state()?.phase, t.reasons()]).toEqual(['Running', []]);
  });

  it('when the objects of a workload exist after all', async () => {
    const t = setUp();
    t.cluster.objectsError = new Error('other side closed');
    await t.begin();
    expect(t.reasons()).toContain('ResourcesReady: ClusterUnavailable');
    t.cluster.objectsError = undefined;
    await t.settle();
    await t.serve();
    expect([t.state()?.phase, t.reasons()]).toEqual(['Running', []]);
  });

  it('when its URLs are not asked for any more', async () => {
    const t = setUp();
    t.cluster.urlProblem = { final: false, reason: 'KindMissing', message: 'no HTTPRoute' };
    await t.begin({ exposedUrls: [{ container: 9000, url: 'https://notes.example' }] });
    await t.serve();
    expect(t.reasons()).toContain('UrlsExposed: KindMissing');
    t.cluster.urlProblem = undefined;
    await t.ask(2, 1);
    await t.serve();
    expect(t.reasons()).toEqual([]);
  });
});
