import { scalingScheduler } from '../testing/scaled';

/** From five to ten minutes after the beginning of the test, every day. */
const SCHEDULE = {
  name: 'early',
  start: '5 0 * * *',
  end: '10 0 * * *',
  timeZone: 'UTC',
  minReplicas: 3,
} as const;
const ON_CONCURRENCY = {
  minReplicas: 1,
  maxReplicas: 5,
  metric: 'concurrency',
  metricThreshold: 10,
} as const;
const ON_LATENCY = { ...ON_CONCURRENCY, metric: 'latency' } as const;

const withSchedule = (autoscaling: object, change: object = {}) => ({
  ...autoscaling,
  tessera: { schedules: [{ ...SCHEDULE, ...change }] },
});

describe('a schedule', () => {
  it('raises the number at its start and gives it back at its end, and is named', async () => {
    const t = scalingScheduler();
    const id = await t.apply(withSchedule(ON_CONCURRENCY));
    await t.run(298);
    expect(t.wanted(id)).toBe(1);
    await t.run(4);
    expect([t.wanted(id), t.ready(id)]).toEqual([3, 3]);
    expect(t.decision()).toMatchObject({
      from: 1,
      to: 3,
      reason: 'minReplicas of the schedule "early" limits it to 3',
      inputs: {
        minReplicas: 3,
        maxReplicas: 5,
        limitedBy: 'minReplicas',
        schedules: [{ name: 'early', endsAt: '2026-01-01T00:10:00.000Z' }],
      },
    });
    await t.run(20);
    expect(t.condition(id, 'ScalingLimited')).toMatchObject({
      status: 'True',
      reason: 'TooFewReplicas',
      message: '0 replicas wanted, raised to the minimum of 3 of the schedule "early".',
    });
    await t.run(300);
    expect(t.wanted(id)).toBe(1);
    expect(t.decision()?.inputs.schedules).toBeUndefined();
  });

  it('takes effect with a PATCH, at once and on the same pods', async () => {
    const t = scalingScheduler();
    const id = await t.apply(withSchedule(ON_CONCURRENCY));
    await t.run(310);
    const uids = t.pods(id).map(({ uid }) => uid);
    await t.apply(withSchedule(ON_CONCURRENCY, { minReplicas: 4 }), 2);
    expect([t.wanted(id), t.pods(id).map(({ uid }) => uid)]).toEqual([4, expect.arrayContaining(uids)]);
    await t.apply(ON_CONCURRENCY, 3);
    await t.run(10);
    expect(t.wanted(id)).toBeLessThan(4);
  });

  it('wakes a sleeping workload and lets it sleep again', async () => {
    const t = scalingScheduler();
    const id = await t.apply(withSchedule({ ...ON_CONCURRENCY, minReplicas: 0, initialReplicas: 0 }));
    await t.run(290);
    expect(t.wanted(id)).toBe(0);
    await t.run(20);
    expect(t.wanted(id)).toBe(3);
    await t.run(400);
    expect(t.wanted(id)).toBe(0);
  });

  it('holds for a new leader, which also knows what to give back where nobody measures', async () => {
    const t = scalingScheduler();
    const id = await t.apply(withSchedule(ON_LATENCY));
    await t.run(310);
    t.restart();
    await t.settle();
    await t.run(200);
    expect(t.wanted(id)).toBe(3);
    await t.run(120);
    expect(t.wanted(id)).toBe(1);
  });
});
