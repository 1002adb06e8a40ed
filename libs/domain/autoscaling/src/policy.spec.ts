import { maybe } from '@tessera/kernel';
import { testPolicy } from './testing';

describe('the policy of a scaling intent', () => {
  it.each([
    [
      'seven tenths of the threshold where no share is given',
      { metric: { name: 'concurrency', threshold: 10 } },
      7,
    ],
    ['the share that is given', { metric: { name: 'throughput', threshold: 10, targetPercent: 50 } }, 5],
    [
      'no more than the hard limit lets in',
      { metric: { name: 'concurrency', threshold: 100 }, concurrencyHardLimit: 10 },
      7,
    ],
    [
      'a hard limit above the threshold does not matter',
      { metric: { name: 'concurrency', threshold: 10 }, concurrencyHardLimit: 100 },
      7,
    ],
    [
      'a hard limit says nothing of requests per second',
      { metric: { name: 'throughput', threshold: 100 }, concurrencyHardLimit: 10 },
      70,
    ],
    ['a hundredth at the least', { metric: { name: 'throughput', threshold: 0.001 } }, 0.01],
  ])('aims at %s', (_, intent, target) => {
    expect(testPolicy(intent).rule).toMatchObject({ target });
  });

  it('follows a metric that is no load by name, activity without one, and nothing where the number is fixed', () => {
    expect(testPolicy({ metric: { name: 'vllm:num_requests_waiting', threshold: 4 } }).rule).toEqual({
      kind: 'custom',
      name: 'vllm:num_requests_waiting',
      threshold: 4,
      tolerance: 0.1,
    });
    expect(testPolicy({ metric: { name: 'latency', threshold: 250 } }).rule).toMatchObject({
      kind: 'latency',
      thresholdMs: 250,
    });
    expect(testPolicy({ metric: 'activity' }).rule.kind).toBe('activity');
    expect(testPolicy({ metric: undefined }).rule.kind).toBe('fixed');
  });

  it('delays a scale-down by five minutes for latency and custom metrics, and not for load, by default', () => {
    const delay = (name: string, scaleDownDelayMs?: number) =>
      testPolicy({
        metric: { name, threshold: 4 },
        ...maybe('scaleDownDelayMs', scaleDownDelayMs),
      }).scaleDownDelayMs;
    expect(['throughput', 'latency', 'ttft'].map((name) => delay(name))).toEqual([0, 300_000, 300_000]);
    expect(['throughput', 'latency', 'ttft'].map((name) => delay(name, 1_000))).toEqual([
      1_000, 1_000, 1_000,
    ]);
  });

  it('has one length of the stable window in all its rules', () => {
    const policy = testPolicy({ metric: { name: 'concurrency', threshold: 10 } }, { stableWindowMs: 6_000 });
    expect(policy).toMatchObject({ stableWindowMs: 6_000, rule: { stableWindowMs: 6_000 } });
    expect(testPolicy({}).stableWindowMs).toBe(60_000);
  });

  it('waits for a start that is known to be slow before a latency adds more', () => {
    const policy = testPolicy({ metric: { name: 'latency', threshold: 250 } }, { coldStartMs: 90_000 });
    expect(policy.rule).toMatchObject({ cooldownMs: 90_000 });
  });
});
