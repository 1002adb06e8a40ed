import { scalingScheduler } from '../testing/scaled';

const ON_WAITING = {
  minReplicas: 1,
  maxReplicas: 5,
  metric: 'vllm:num_requests_waiting',
  metricThreshold: 10,
  scaleDownDelaySeconds: 0,
} as const;

describe('a workload that scales by a metric by name', () => {
  it('follows the value per replica, and its event names metric and value', async () => {
    const t = scalingScheduler();
    t.metric({ value: () => 10 });
    const id = await t.apply(ON_WAITING);
    await t.run(10);
    expect(t.wanted(id)).toBe(1);
    t.metric({ value: () => 30 / t.pods(id).length });
    await t.run(20);
    expect(t.wanted(id)).toBe(3);
    expect(t.decision()).toMatchObject({
      from: 1,
      to: 3,
      reason: 'the metric vllm:num_requests_waiting calls for 3 replicas',
      inputs: {
        rule: 'custom',
        metric: 'vllm:num_requests_waiting',
        target: 10,
        valuePerReplica: 30,
        measuredReplicas: 1,
      },
    });
    t.metric({ value: () => 2 });
    await t.run(80);
    expect(t.wanted(id)).toBe(1);
    expect(t.condition(id, 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' });
  });

  it.each([
    ['no pod has the series', {}, 'no series has a value for any of the 3 ready replicas'],
    ['the metrics service is away', { failure: 'nobody answers' }, 'nobody answers'],
  ])('holds its number where %s, which a condition says', async (_, metric, why) => {
    const t = scalingScheduler();
    t.metric({ value: () => 30 });
    const id = await t.apply({ ...ON_WAITING, maxReplicas: 3 });
    await t.run(20);
    expect(t.wanted(id)).toBe(3);
    t.metric(metric);
    await t.run(600);
    expect(t.wanted(id)).toBe(3);
    expect(t.condition(id, 'ScalingActive')).toMatchObject({
      status: 'False',
      reason: 'FailedGetPodsMetric',
      message: `There is no data for the metric vllm:num_requests_waiting (${why}); the number of replicas stays 3.`,
    });
    t.metric({ value: () => 3 });
    await t.run(90);
    expect(t.wanted(id)).toBe(1);
  });

  it('needs no gateway: it follows the value while reports are missing, and the condition is about the metric', async () => {
    const t = scalingScheduler();
    t.metric({ value: () => 30 });
    const id = await t.apply({ ...ON_WAITING, maxReplicas: 3 });
    await t.run(20);
    t.leases();
    t.metric({ value: () => 3 });
    await t.run(30);
    expect(t.wanted(id)).toBe(1);
    t.metric({});
    await t.run(60);
    expect(t.condition(id, 'ScalingActive')).toMatchObject({ reason: 'FailedGetPodsMetric' });
  });

  it('is asked for with all others in one request', async () => {
    const t = scalingScheduler();
    await t.apply(ON_WAITING);
    await t.run(20);
    expect(t.readings.length).toBeLessThanOrEqual(4);
    expect(new Set(t.readings.flat())).toEqual(new Set(['vllm:num_requests_waiting']));
  });
});
