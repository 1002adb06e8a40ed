import { latencyBucketOf } from '@tessera/contracts-internal';
import { LoadStore } from './load-store';
import { MetricValues } from './metric-values';
import { ScalingController } from './scaling-controller';
import { scalingScheduler } from '../testing/scaled';

const HOUR_MS = 3_600_000;
const STEPS = [HOUR_MS, -HOUR_MS];

const ON_CONCURRENCY = {
  minReplicas: 0,
  maxReplicas: 5,
  metric: 'concurrency',
  metricThreshold: 10,
  metricThresholdPercentage: 100,
} as const;

it.each(STEPS)(
  'what comes after the clock was set by %d ms, before the next tick, keeps its time',
  async (ms) => {
    const t = scalingScheduler();
    const id = await t.apply({ ...ON_CONCURRENCY, initialReplicas: 0 });
    t.setClock(ms);
    t.controller().wake(t.gateway.wake({ workloadId: id, heldAgoMs: 5 }));
    const since = t.load().heldSince(id);
    t.controller().tick();
    expect(t.load().heldSince(id)).toBe(since);
  },
);

it.each(STEPS)(
  'callers receive the time at which a failed start is tried again though the clock was set by %d ms',
  (ms) => {
    const failedStart = {
      reason: 'InitializationTimeout' as const,
      message: '',
      limitMs: 60_000,
      retryAt: 30_000,
    };
    const controller = new ScalingController({
      view: { replicasOf: () => [] },
      load: new LoadStore(0),
      clock: { now: () => ms },
      steady: { now: () => 0 },
      elapsedMs: () => 0,
      liveGateways: () => new Set(),
      unplacedOf: () => undefined,
      failedStartOf: () => failedStart,
      isKnown: () => true,
      values: new MetricValues(undefined),
      enqueue: () => undefined,
    });
    expect(controller.heldStateOf('id')).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/again in 30 s\.$/),
    });
  },
);

it.each(STEPS)('a workload grows by its latency though the clock of its node is off by %d ms', async (ms) => {
  const t = scalingScheduler();
  const id = await t.apply({ minReplicas: 1, maxReplicas: 5, metric: 'latency', metricThreshold: 100 });
  for (const { name, changedAt } of t.pods(id))
    t.cluster.update(name, { changedAt: new Date(Date.parse(changedAt) + ms).toISOString() });
  await t.run(20, {
    inFlight: 1,

    latencies: [[latencyBucketOf(400), 50]],
    lastRequestAgoMs: 0,
  });
  expect(t.wanted(id)).toBe(2);
});

it.each(STEPS)(
  'a metric that is not read any more does not count after the clock was set by %d ms',
  async (ms) => {
    const t = scalingScheduler();
    t.metric({ value: () => 10 });
    const id = await t.apply({ minReplicas: 1, maxReplicas: 5, metric: 'queued', metricThreshold: 10 });
    await t.run(20);
    t.metric({ failure: 'nobody answers' });
    t.setClock(ms);
    await t.run(4);
    expect(t.condition(id, 'ScalingActive')).toMatchObject({ status: 'True' });
    await t.run(60);
    expect(t.condition(id, 'ScalingActive')).toMatchObject({
      status: 'False',
      reason: 'FailedGetPodsMetric',
    });
  },
);
