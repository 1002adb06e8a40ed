import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import type { Problem } from '../model/problems';
import type { ReplicaPod } from '../model/replica';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers, START } from '../testing/scheduler';

const EXPOSED = { container: 9000, url: 'https://notes.example' };

/** A scheduler on fakes with one running workload, and its reports. */
async function running(spec: object = {}) {
  const { workloads, cluster, reporter, create, iso, advance } = fakeSchedulers(
    () => new FakeCluster([gpuNode('node-a', 1), gpuNode('node-b', 1)]),
    { exposing: {}, nodeLostMs: 60_000 },
  );
  const reconciler = create();
  const base = applyCommand(1, 0.5);
  const command = { ...base, spec: { ...base.spec, ...spec } };
  const id = command.workloadId;
  await workloads.change(id, acceptApply(command, iso(), reporter), 'apply');
  const reconcile = async (): Promise<void> => {
    reconciler.enqueue(id);
    await reconcileUntilIdle(reconciler);
  };
  const state = () => {
    const found = workloads.rows.get(id)?.state;
    if (found === undefined) throw new Error('no state');
    return found;
  };
  await reconcile();
  cluster.allReady();
  await reconcile();
  return {
    id,
    cluster,
    reconciler,
    workloads,
    look: reconcile,
    state,
    pod: (): ReplicaPod => {
      const [pod] = cluster.pods.values();
      if (pod === undefined) throw new Error('no pod');
      return pod;
    },
    condition: (type: string) => state().conditions.find((one) => one.type === type),
    advance,
  };
}

interface Fault {
  readonly name: string;
  readonly pod: Partial<ReplicaPod>;
  readonly phase: string;
  readonly reason: string;
  readonly message: RegExp;
  /** A new pod replaces the old one; otherwise kubelet continues with it. */
  readonly replaced: boolean;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'its container is killed for its memory',
    pod: { ready: false, reason: 'OOMKilled', message: 'the container ended with OOMKilled, exit code 137' },
    phase: 'Degraded',
    reason: 'OOMKilled',
    message: /exit code 137/,
    replaced: false,
  },
  {
    name: 'it crashes again and again',
    pod: { ready: false, reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' },
    phase: 'Degraded',
    reason: 'CrashLoopBackOff',
    message: /back-off 10s/,
    replaced: false,
  },
  {
    name: 'its image cannot be pulled',
    pod: { ready: false, reason: 'ImagePullBackOff', message: 'Back-off pulling image "model"' },
    phase: 'Degraded',
    reason: 'ImagePullBackOff',
    message: /pulling image/,
    replaced: false,
  },
  {
    name: 'kubelet evicts it',
    pod: {
      ready: false,
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
    },
    phase: 'Degraded',
    reason: 'Evicted',
    message: /low on resource/,
    replaced: true,
  },
  {
    name: 'its image is edited',
    pod: { image: 'other:1' },
    phase: 'Degraded',
    reason: 'ReplicaEdited',
    message: /image or devices were changed/,
    replaced: true,
  },
];

describe('a running replica', () => {
  it.each(FAULTS)('$name', async ({ pod, phase, reason, message, replaced }) => {
    const t = await running();
    const before = t.pod();
    t.cluster.update(before.name, pod);
    await t.look();
    expect(t.state().phase).toBe(phase);
    expect(t.condition('Ready')).toMatchObject({ status: 'False', reason, observedGeneration: 1 });
    expect(t.state().phaseMessage).toMatch(message);
    expect(t.workloads.eventTypes(t.id)).toContain('phase-changed');
    expect(t.pod().terminating).toBe(replaced);
    t.cluster.endTerminating();
    await t.look();
    expect(t.pod().uid === before.uid).toBe(!replaced);
    t.cluster.allReady();
    t.cluster.update(t.pod().name, { reason: undefined, message: undefined } as never);
    await t.look();
    expect(t.state().phase).toBe('Running');
  });

  it('that was evicted is reported even if the cluster drops it before the report', async () => {
    const t = await running();
    const { name } = t.pod();
    t.cluster.update(name, { ready: false, phase: 'Failed', reason: 'Evicted', message: 'low on memory' });
    t.cluster.removeReplica = async () => void t.cluster.pods.delete(name);
    await t.look();
    expect([t.state().phase, t.condition('Ready')?.reason]).toEqual(['Degraded', 'Evicted']);
    await t.look();
    expect(t.pod()).toMatchObject({ phase: 'Pending', terminating: false });
  });

  it('that was edited does not count as serving until its termination is seen', async () => {
    const t = await running();
    t.cluster.endsSeenLate = true;
    t.cluster.update(t.pod().name, { image: 'other:1' });
    await t.look();
    expect([t.state().phase, t.condition('Ready')?.reason]).toEqual(['Degraded', 'ReplicaEdited']);
  });

  it('whose node is lost stops serving, is deleted after the tolerance and replaced elsewhere, once', async () => {
    const t = await running();
    const before = t.pod();
    const node = before.nodeName ?? '';
    t.cluster.lost.set(node, { node, since: START, gone: false });
    t.cluster.cordon(node);
    await t.look();
    expect([t.state().phase, t.condition('Ready')?.reason]).toEqual(['Degraded', 'NodeLost']);
    expect(t.pod()).toMatchObject({ uid: before.uid, terminating: false });
    t.advance(59_999);
    await t.look();
    expect(t.pod().uid).toBe(before.uid);
    t.advance(1);
    await t.look();
    await t.look();
    expect([...t.cluster.pods.values()]).toHaveLength(1);
    expect(t.pod().uid).not.toBe(before.uid);
    expect(t.pod().nodeName).not.toBe(node);
    t.cluster.allReady();
    await t.look();
    expect(t.state().phase).toBe('Running');
  });

  it('whose node returns in time continues', async () => {
    const t = await running();
    const before = t.pod();
    const node = before.nodeName ?? '';
    t.cluster.lost.set(node, { node, since: START, gone: false });
    await t.look();
    t.cluster.lost.clear();
    t.advance(120_000);
    await t.look();
    expect([t.state().phase, t.pod().uid]).toEqual(['Running', before.uid]);
  });
});

describe('the owned objects of a workload', () => {
  it('are created before the replicas, and again when they drift', async () => {
    const t = await running();
    expect(t.cluster.objectWrites).toEqual([t.id]);
    await t.look();
    expect(t.cluster.objectWrites).toEqual([t.id]);
    t.cluster.objects.delete(t.id);
    await t.look();
    expect(t.cluster.objectWrites).toEqual([t.id, t.id]);
  });

  it('keep a workload Degraded while they cannot be repaired', async () => {
    const t = await running();
    t.cluster.objects.delete(t.id);
    t.cluster.objectsError = new Error('no answer');
    await t.look();
    expect([t.state().phase, t.condition('ResourcesReady')?.reason]).toEqual([
      'Degraded',
      'ClusterUnavailable',
    ]);
    t.cluster.objectsError = undefined;
    await t.look();
    expect([t.state().phase, t.condition('ResourcesReady')?.status]).toEqual(['Running', 'True']);
  });
});

describe('a missing object in the cluster', () => {
  const claim = { name: 'c', field: 'spec.storage.pvc', made: false } as const;

  it('is reported, and the workload continues once it exists', async () => {
    const t = await running();
    t.cluster.claims = [claim];
    t.cluster.update(t.pod().name, { ready: false });
    await t.look();
    expect(t.condition('ResourcesReady')).toMatchObject({ status: 'False', reason: 'ClaimMissing' });
    expect(t.state().phaseMessage).toMatch(/PersistentVolumeClaim "c" does not exist/);
    t.cluster.claims = [{ ...claim, phase: 'Bound' }];
    t.cluster.allReady();
    t.reconciler.surroundingsChanged();
    await t.reconciler.reconcileCycle();
    await t.reconciler.settled();
    expect([t.state().phase, t.condition('ResourcesReady')?.status]).toEqual(['Running', 'True']);
  });
});

describe('a claim that is being deleted', () => {
  const mine = { name: 'c', field: 'spec.storage.pvc', made: true, phase: 'Bound' } as const;
  const ending = [{ ...mine, endingSince: '2026-01-01T00:00:01Z' }];

  it('keeps the replicas that use it and blocks new ones until it has gone', async () => {
    const t = await running();
    const before = t.pod();
    t.cluster.claims = ending;
    await t.look();
    expect(t.pod()).toEqual(before);
    expect(t.condition('ResourcesReady')).toMatchObject({ status: 'False', reason: 'ClaimEnding' });

    t.cluster.pods.delete(before.name);
    await t.look();
    expect([...t.cluster.pods.keys()]).toEqual([]);
    expect(t.state().phaseMessage).toMatch(/PersistentVolumeClaim "c" has been terminating/);

    t.cluster.claims = [mine];
    t.reconciler.surroundingsChanged();
    await reconcileUntilIdle(t.reconciler);
    t.cluster.allReady();
    await t.look();
    expect([t.state().phase, t.condition('ResourcesReady')?.status]).toEqual(['Running', 'True']);
    expect(t.pod().uid).not.toBe(before.uid);
  });

  it('is released by a replica that was created too late to use it', async () => {
    const t = await running();
    t.cluster.update(t.pod().name, { createdAt: '2026-01-01T00:00:02.000Z' });
    t.cluster.claims = ending;
    await t.look();
    expect(t.pod().terminating).toBe(true);
  });
});

it.each(['CreateContainerConfigError', 'FailedMount'])(
  'a reference that kubelet cannot resolve (%s) is a condition until it can',
  async (reason) => {
    const t = await running();
    t.cluster.update(t.pod().name, { ready: false, reason, message: 'secret "s" not found' });
    await t.look();
    expect(t.condition('ResourcesReady')).toMatchObject({
      status: 'False',
      reason,
      message: expect.stringMatching(/secret "s" not found/),
    });
    t.cluster.update(t.pod().name, { ready: true, reason: undefined, message: undefined } as never);
    await t.look();
    expect(t.condition('ResourcesReady')?.status).toBe('True');
  },
);

it('a pull secret that is missing is a condition beside the failed pull', async () => {
  const t = await running();
  const unresolved = { reason: 'FailedToRetrieveImagePullSecret', message: 'no secret "s"' };
  t.cluster.update(t.pod().name, { ready: false, reason: 'ErrImagePull', message: 'denied', unresolved });
  await t.look();
  expect(t.condition('ResourcesReady')).toMatchObject({
    status: 'False',
    reason: unresolved.reason,
    message: `${t.pod().name}: no secret "s"`,
  });
  expect(t.condition('Ready')?.reason).toBe('ErrImagePull');
});

describe('exposed URLs', () => {
  const missing: Problem = { final: false, reason: 'KindMissing', message: 'no HTTPRoute' };

  it('are reported with their addresses', async () => {
    const t = await running({ exposedUrls: [EXPOSED] });
    expect(t.state().exposedUrls).toEqual([{ name: 'url-0', url: EXPOSED.url }]);
    expect(t.condition('UrlsExposed')).toMatchObject({ status: 'True' });
  });

  it('that cannot be created block no replica, and are reported', async () => {
    const t = await running({ exposedUrls: [EXPOSED] });
    t.cluster.urlProblem = missing;
    await t.look();
    expect([t.state().phase, t.state().readyReplicas]).toEqual(['Degraded', 1]);
    expect(t.condition('UrlsExposed')).toMatchObject({ status: 'False', reason: 'KindMissing' });
    t.cluster.urlProblem = undefined;
    await t.look();
    expect([t.state().phase, t.condition('UrlsExposed')?.status]).toEqual(['Running', 'True']);
  });

  it('without an address are reported', async () => {
    const t = await running({ exposedUrls: [{ container: 9000 }] });
    expect(t.condition('UrlsExposed')).toMatchObject({ status: 'False', reason: 'UrlNotSupported' });
  });
});

describe('access to a workload', () => {
  it.each<[object, string, string, string]>([
    [
      { servingPort: { container: 8000, authorizationType: 'authenticatedUsers' } },
      'True',
      'Enforced',
      'the gateway lets in every caller with an accepted token or a serving key',
    ],
    [
      { exposedUrls: [{ ...EXPOSED, authorizedUsers: ['ada'] }] },
      'False',
      'NotEnforced',
      'spec.exposedUrls[0].authorizedUsers',
    ],
  ])('is reported for %j and blocks nothing', async (spec, status, reason, message) => {
    const t = await running(spec);
    expect(t.condition('ServingAccessEnforced')).toMatchObject({
      status,
      reason,
      message: expect.stringContaining(message) as string,
    });
    expect(t.state().phase).toBe('Running');
  });

  it('is not reported for one that is open to everybody', async () => {
    const t = await running({ servingPort: { container: 8000 } });
    expect(t.condition('ServingAccessEnforced')).toBeUndefined();
  });
});
