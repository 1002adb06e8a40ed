import { workloadLoad } from '../testing/load';
import { scalingScheduler } from '../testing/scaled';

/** One replica for ten requests at once, from zero to five. */
const ON_CONCURRENCY = {
  minReplicas: 0,
  maxReplicas: 5,
  metric: 'concurrency',
  metricThreshold: 10,
  metricThresholdPercentage: 100,
} as const;

describe('a workload under load', () => {
  it('follows the load up and down, to zero and back', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    expect([t.wanted(id), t.ready(id)]).toEqual([1, 1]);
    await t.run(70, { averageConcurrency: 28, inFlight: 28, lastRequestAgoMs: 0 });
    expect([t.wanted(id), t.ready(id)]).toEqual([3, 3]);
    await t.run(200);
    expect([t.wanted(id), t.pods(id)]).toEqual([0, []]);
    t.controller().wake(t.gateway.wake({ workloadId: id, heldAgoMs: 5 }));
    await t.settle();
    expect([t.wanted(id), t.ready(id)]).toEqual([1, 1]);
  });

  it('is woken with its activation replicas, at once and once', async () => {
    const t = scalingScheduler();
    const id = await t.apply({ ...ON_CONCURRENCY, initialReplicas: 0, activationReplicas: 2 });
    expect([t.wanted(id), t.pods(id)]).toEqual([0, []]);
    for (let request = 0; request < 3; request += 1)
      t.controller().wake(t.gateway.wake({ workloadId: id, heldAgoMs: 0 }));
    await t.settle({ start: false });
    expect([t.wanted(id), t.cluster.creations]).toEqual([2, t.pods(id).map(({ name }) => name)]);
  });

  it('does not go to zero before its first replica was ready, however long that takes', async () => {
    const t = scalingScheduler();
    t.cluster.update = () => undefined;
    const id = await t.apply(ON_CONCURRENCY);
    await t.run(600, {}, { start: false });
    expect(t.wanted(id)).toBe(1);
  });
});

describe('reports that are missing', () => {
  it.each([
    ['the gateway died', (t: ReturnType<typeof scalingScheduler>) => t.leases()],
    ['the gateway is cut off', (t: ReturnType<typeof scalingScheduler>) => t.leases('another')],
  ])('never shrink a workload: %s', async (_, happens) => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    await t.run(70, { averageConcurrency: 28, inFlight: 28 });
    happens(t);
    await t.run(300);
    expect(t.wanted(id)).toBe(3);
    expect(t.condition(id, 'ScalingActive')).toMatchObject({
      status: 'False',
      reason: 'GatewayReportsMissing',
    });
    t.leases(t.gateway.gatewayId);
    await t.run(59);
    expect(t.wanted(id)).toBe(3);
    await t.run(200);
    expect(t.wanted(id)).toBe(0);
  });

  it.each([3_600_000, -3_600_000])('a clock step of %d ms does not shrink it either', async (ms) => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    await t.run(70, { averageConcurrency: 28, inFlight: 28 });
    t.setClock(ms);
    await t.run(30, { averageConcurrency: 5, inFlight: 5, lastRequestAgoMs: 0 });
    expect(t.wanted(id)).toBe(3);
    await t.run(300);
    expect(t.wanted(id)).toBe(0);
  });
});

describe('a new leader', () => {
  it('starts from what runs and does not shrink it for lack of history', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    await t.run(70, { averageConcurrency: 28, inFlight: 28 });
    t.restart();
    await t.settle();
    await t.run(58, { averageConcurrency: 2, inFlight: 2, lastRequestAgoMs: 0 });
    expect(t.wanted(id)).toBe(3);
    await t.run(120, { averageConcurrency: 2, inFlight: 2, lastRequestAgoMs: 0 });
    expect(t.wanted(id)).toBe(1);
  });

  it('leaves a sleeping workload asleep, and wakes it', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    await t.run(200);
    expect(t.wanted(id)).toBe(0);
    t.restart();
    await t.settle();
    expect([t.wanted(id), t.pods(id)]).toEqual([0, []]);
    t.controller().wake(t.gateway.wake({ workloadId: id, heldAgoMs: 5 }));
    await t.settle();
    expect(t.wanted(id)).toBe(1);
  });

  it('knows whether a workload has had its initial replicas', async () => {
    const t = scalingScheduler();
    const id = await t.apply({ ...ON_CONCURRENCY, initialReplicas: 3 });
    expect(t.wanted(id)).toBe(3);
    await t.run(200, { averageConcurrency: 8, inFlight: 8, lastRequestAgoMs: 0 });
    expect(t.wanted(id)).toBe(1);
    t.restart();
    await t.settle();
    await t.run(70, { averageConcurrency: 8, inFlight: 8, lastRequestAgoMs: 0 });
    expect(t.wanted(id)).toBe(1);
  });
});

describe('a change of the scaling of a workload', () => {
  it('takes effect at once and keeps its pods', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    const [pod] = t.pods(id);
    await t.apply({ ...ON_CONCURRENCY, minReplicas: 2 }, 2);
    expect([t.wanted(id), t.ready(id), t.pods(id)[0]?.uid]).toEqual([2, 2, pod?.uid]);
    await t.apply({ ...ON_CONCURRENCY, maxReplicas: 1 }, 3);
    expect([t.wanted(id), t.ready(id)]).toEqual([1, 1]);
  });

  it('takes effect where another writer changed the row, which keeps its generation', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    const row = t.workloads.rows.get(id);
    if (row === undefined) throw new Error(`no row of ${id}`);
    t.workloads.rows.set(id, {
      ...row,
      spec: { ...row.spec, autoscaling: { ...ON_CONCURRENCY, minReplicas: 2 } },
    });
    await t.settle();
    expect([t.wanted(id), t.ready(id)]).toEqual([2, 2]);
  });

  it('does not keep the pods where the image changes as well', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    const [pod] = t.pods(id);
    await t.apply({ ...ON_CONCURRENCY, minReplicas: 1 }, 2, { image: 'another' });
    await t.run(4);
    expect(t.pods(id).map(({ uid }) => uid)).not.toContain(pod?.uid);
  });
});

describe('a replica without a place', () => {
  it('stays wanted, and the condition has the reason', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    t.unplaced(id, 2);
    await t.run(70, { averageConcurrency: 28, inFlight: 28 });
    expect(t.wanted(id)).toBe(3);
    expect(t.condition(id, 'AbleToScale')).toMatchObject({
      status: 'False',
      reason: 'FailedPlacement',
      message: '2 replicas cannot be placed: 0/1 nodes: full',
    });
  });
});

describe('a scale-down', () => {
  const inFlight = (uids: readonly string[], of: (uid: string) => number, draining: readonly string[]) => ({
    replicas: uids.map((uid) => ({
      uid,
      pod: uid,
      inFlight: of(uid),
      draining: draining.includes(uid),
    })),
  });

  it('takes the replica with the fewest requests out of rotation and waits until they have ended', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    await t.run(70, { averageConcurrency: 18, inFlight: 18 });
    const uids = t.pods(id).map(({ uid }) => uid);
    expect(uids).toHaveLength(2);
    const [busiest = '', quiet = ''] = uids;
    const requests = (uid: string) => (uid === busiest ? 5 : 2);
    await t.run(70, { averageConcurrency: 7, inFlight: 7, ...inFlight(uids, requests, []) });
    expect(t.wanted(id)).toBe(1);
    expect(t.pods(id).filter(({ drainingSince }) => drainingSince !== undefined)).toMatchObject([
      { uid: quiet },
    ]);
    await t.run(10, { averageConcurrency: 7, inFlight: 7, ...inFlight(uids, requests, [quiet]) });
    expect(t.pods(id)).toHaveLength(2);
    const ended = (uid: string) => (uid === busiest ? 5 : 0);
    await t.run(3, { averageConcurrency: 5, inFlight: 5, ...inFlight(uids, ended, [quiet]) });
    expect(t.pods(id).map(({ uid }) => uid)).toEqual([busiest]);
  });

  it('is taken back when the load returns before the replica has left', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ON_CONCURRENCY);
    await t.run(70, { averageConcurrency: 18, inFlight: 18 });
    const uids = t.pods(id).map(({ uid }) => uid);
    await t.run(70, { averageConcurrency: 7, inFlight: 7, ...inFlight(uids, () => 3, []) });
    expect(t.pods(id).some(({ drainingSince }) => drainingSince !== undefined)).toBe(true);
    await t.run(60, { averageConcurrency: 19, inFlight: 19, ...inFlight(uids, () => 9, []) });
    expect(t.pods(id).map(({ uid, drainingSince }) => [uid, drainingSince])).toEqual(
      uids.map((uid) => [uid, undefined]),
    );
  });
});

describe('a message that somebody recorded', () => {
  it('wakes no workload when it is sent again', async () => {
    const t = scalingScheduler();
    const id = await t.apply({ ...ON_CONCURRENCY, initialReplicas: 0 });
    const request = t.gateway.wake({ workloadId: id, heldAgoMs: 0 });
    const report = t.gateway.report([workloadLoad(id, { held: 1, wake: true })]);
    t.controller().wake(request);
    t.controller().receive(report);
    await t.settle();
    expect(t.wanted(id)).toBe(1);
    await t.run(200);
    expect(t.wanted(id)).toBe(0);
    t.controller().wake(request);
    t.controller().receive(report);
    await t.settle();
    expect(t.wanted(id)).toBe(0);
  });
});
