import type { EventData } from '@tessera/contracts-events';
import { scalingScheduler } from '../testing/scaled';

const SLEEPING = {
  ...{ minReplicas: 0, maxReplicas: 5, initialReplicas: 0 },
  ...{ metric: 'concurrency', metricThreshold: 10, metricThresholdPercentage: 100 },
};
type Scheduler = ReturnType<typeof scalingScheduler>;

/** The cold starts that were published, oldest first. */
const startsOf = (t: Scheduler): readonly EventData<'coldStart'>[] =>
  t.workloads.published
    .filter(({ headers }) => headers['ce_type'] === 'io.tessera.inference.cold-start.v1')
    .map(({ value }) => JSON.parse(value ?? '') as EventData<'coldStart'>);
const stages = ({ stages: found }: EventData<'coldStart'>) =>
  Object.fromEntries(found.map(({ stage, durationMs }) => [stage, durationMs]));

const wake = (t: Scheduler, workloadId: string, heldAgoMs: number) =>
  t.controller().wake(t.gateway.wake({ workloadId, heldAgoMs }));

describe('starts of replicas', () => {
  it('from zero are reported once the gateway has reported the first byte, with what both measured', async () => {
    const t = scalingScheduler();
    const id = await t.apply(SLEEPING);
    wake(t, id, 7);
    await t.proceed(false);
    await t.run(4, { held: 1, wake: true }, { start: false });
    await t.settle();
    expect([t.ready(id), startsOf(t)]).toEqual([1, []]);
    const [pod] = t.pods(id);
    const coldStart = { uid: pod?.uid ?? '', heldAgoMs: 5_000, readyAgoMs: 900, firstByteAgoMs: 600 };
    await t.run(1, { finished: 1, coldStarts: [coldStart] });
    const [start, ...more] = startsOf(t);
    expect(more).toEqual([]);
    expect(start).toMatchObject({ podName: pod?.name, totalMs: 7 + 4_000 + 400 });
    expect(start && stages(start)).toEqual({
      ...{ held: 7, decided: 0, placed: 0, bound: 0, started: 4_000, ready: 0, firstByte: 400 },
    });
  });

  it('of further replicas begin with the decision, and replaced replicas are no starts', async () => {
    const t = scalingScheduler();
    const id = await t.apply({ ...SLEEPING, minReplicas: 1, initialReplicas: 1 });
    expect(startsOf(t).map(({ replica }) => replica)).toEqual([0]);
    await t.run(70, { averageConcurrency: 28, inFlight: 28 });
    expect(startsOf(t)).toHaveLength(3);
    for (const start of startsOf(t)) expect(Object.keys(stages(start))[0]).toBe('decided');
    const [lost] = t.pods(id);
    t.cluster.pods.delete(lost?.name ?? '');
    await t.settle();
    expect([t.ready(id), startsOf(t).length]).toEqual([3, 3]);
  });

  it('that another scheduler decided on are reported from the times of the cluster', async () => {
    const t = scalingScheduler();
    const id = await t.apply(SLEEPING);
    wake(t, id, 0);
    await t.proceed(false);
    t.restart();
    await t.run(3, { held: 1, wake: true }, { start: false });
    await t.settle();
    expect(t.ready(id)).toBe(1);
    const [start, ...more] = startsOf(t);
    expect(more).toEqual([]);
    expect(start && stages(start)).toEqual({ decided: 0, bound: 0, ready: 3_000 });
  });

  it('survive a failed write: they are reported with the next one', async () => {
    const t = scalingScheduler();
    const change = t.workloads.changeRead.bind(t.workloads);
    let failures = 1;
    t.workloads.changeRead = (read, decide) =>
      change(read, (current) => {
        const made = decide(current);
        const isStart = made?.records.some(({ headers }) => headers['ce_type']?.includes('cold-start'));
        if (isStart === true && (failures -= 1) >= 0) throw new Error('the database is away');
        return made;
      });
    await t.apply({ ...SLEEPING, minReplicas: 1, initialReplicas: 1 });
    await t.run(10);
    expect(failures).toBeLessThan(1);
    expect(startsOf(t)).toHaveLength(1);
  });
});
