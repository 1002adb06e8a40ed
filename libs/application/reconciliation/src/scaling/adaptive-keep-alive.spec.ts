import { scalingScheduler } from '../testing/scaled';

const SLEEPER = { minReplicas: 0, maxReplicas: 3, metric: 'concurrency', metricThreshold: 10 } as const;
const ADAPTIVE = { ...SLEEPER, tessera: { keepAlive: 'adaptive' } } as const;
const BUSY = { averageConcurrency: 1, inFlight: 1, lastRequestAgoMs: 0 };

/** A workload that was used for five seconds, several times with this pause in between. */
async function usedWithPauses(autoscaling: Readonly<Record<string, unknown>>, pauseSeconds: number) {
  const t = scalingScheduler();
  const id = await t.apply(autoscaling);
  for (let use = 0; use < 6; use += 1) {
    await t.run(5, BUSY);
    if (use < 5) await t.run(pauseSeconds);
  }
  return { t, id };
}

describe('an adaptive keep-alive', () => {
  it('is off unless the spec asks for it', async () => {
    const { t, id } = await usedWithPauses(SLEEPER, 20);
    await t.run(30);
    expect(t.wanted(id)).toBe(1);
  });

  it('lets the last replica go once it was idle for longer than it usually is', async () => {
    const { t, id } = await usedWithPauses(ADAPTIVE, 20);
    await t.run(16);
    expect(t.wanted(id)).toBe(1);
    await t.run(14);
    expect(t.wanted(id)).toBe(0);
    expect(t.decision()?.inputs).toMatchObject({
      idle: 'over',
      idleTimes: 5,
      keepAliveMs: expect.any(Number),
    });
    expect(t.decision()?.inputs.keepAliveMs).toBeLessThan(30_000);
  });

  it('never lets it go before the retention has passed', async () => {
    const { t, id } = await usedWithPauses({ ...ADAPTIVE, scaleToZeroRetentionSeconds: 100 }, 20);
    await t.run(96);
    expect(t.wanted(id)).toBe(1);
    await t.run(10);
    expect(t.wanted(id)).toBe(0);
  });

  it('keeps it for the stable window and the retention where the history is lost', async () => {
    const { t, id } = await usedWithPauses({ ...ADAPTIVE, scaleToZeroRetentionSeconds: 30 }, 20);
    t.forgetHistory(id);
    t.restart();
    await t.settle();
    await t.run(85);
    expect(t.wanted(id)).toBe(1);
    await t.run(60);
    expect(t.wanted(id)).toBe(0);
  });

  it('goes on with what an earlier leader has learned', async () => {
    const { t, id } = await usedWithPauses(ADAPTIVE, 20);
    await t.run(40);
    t.restart();
    await t.settle();
    t.controller().wake(t.gateway.wake({ workloadId: id, heldAgoMs: 0 }));
    await t.settle();
    await t.run(70, BUSY);
    await t.run(30);
    expect(t.wanted(id)).toBe(0);
    expect(t.decision()?.inputs.idleTimes).toBe(5);
  });
});
