import { ScalingInputs } from '@tessera/contracts-events';
import { policyOf } from '@tessera/domain-autoscaling';
import { maybe } from '@tessera/kernel';
import fc from 'fast-check';
import { decideEntry, entryFromWhatRuns, type GatheredLoad } from './scaling-entry';
import { reasonOf } from './scaling-reason';

const NOW = Date.parse('2026-01-01T12:00:00Z');

const quantity = fc.double({ min: 0, max: 1e300, noNaN: true });
const absent = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const policies = fc
  .record({
    minReplicas: fc.nat(3),
    more: fc.integer({ min: 1, max: 900 }),
    metric: fc.constantFrom(undefined, 'activity', 'throughput', 'concurrency', 'latency', 'queued'),
    scaleDownDelayMs: absent(fc.constant(60_000)),
  })
  .map(({ minReplicas, more, metric, scaleDownDelayMs }) =>
    policyOf({
      minReplicas,
      maxReplicas: minReplicas + more,
      initialReplicas: 2,
      scaleToZeroRetentionMs: 30_000,
      ...(metric === undefined
        ? {}
        : { metric: metric === 'activity' ? metric : { name: metric, threshold: 10 } }),
      ...maybe('scaleDownDelayMs', scaleDownDelayMs),
    }),
  );

const gathered = fc
  .record({
    requests: fc.nat(100),
    stable: absent(quantity),
    latency: absent(fc.record({ ms: quantity, samples: fc.nat() })),
    isComplete: fc.boolean(),
    unplaced: absent(fc.record({ replicas: fc.nat(1_000), verdict: fc.string() })),
    value: absent(
      fc.oneof(fc.record({ perReplica: quantity, replicas: fc.nat(5) }), fc.record({ missing: fc.string() })),
    ),
    lastRequestAgoMs: absent(fc.nat(600_000)),
  })
  .map(({ requests, stable, latency, lastRequestAgoMs, ...chosen }): GatheredLoad => ({
    ...chosen,
    now: NOW,
    pods: [],
    load: {
      requests,
      lastRequestAt: lastRequestAgoMs === undefined ? undefined : NOW - lastRequestAgoMs,
      load: stable === undefined ? undefined : { stable, panic: stable },
      latency,
    },
    coldStartMs: undefined,
    unmeasuredReplicas: 0,
  }));

const decided = fc
  .tuple(policies, fc.nat(5), gathered)
  .map(([policy, desiredReplicas, load]) =>
    decideEntry(entryFromWhatRuns(policy, { desiredReplicas }, [], NOW), load),
  );

describe('the inputs of a decision', () => {
  it('are those that the event is documented with, whatever was observed', () => {
    fc.assert(
      fc.property(decided, (entry) => {
        const { inputs } = reasonOf(entry);
        expect(ScalingInputs.strict().parse(inputs)).toEqual(inputs);
      }),
      { seed: 20_240_601, numRuns: 500 },
    );
  });

  it('name the metric, and count as placed what has a place or may get one', () => {
    const policy = policyOf({
      minReplicas: 1,
      maxReplicas: 4,
      initialReplicas: 1,
      metric: { name: 'vllm:num_requests_waiting', threshold: 5 },
      scaleToZeroRetentionMs: 0,
    });
    const entry = decideEntry(entryFromWhatRuns(policy, { desiredReplicas: 2 }, [], NOW), {
      now: NOW,
      pods: [],
      load: { requests: 0, lastRequestAt: undefined, load: undefined, latency: undefined },
      isComplete: true,
      unplaced: { replicas: 3, verdict: '0/1 nodes' },
      value: { missing: 'no series' },
      coldStartMs: undefined,
      unmeasuredReplicas: 0,
    });
    expect(reasonOf(entry).inputs).toMatchObject({
      rule: 'custom',
      metric: 'vllm:num_requests_waiting',
      target: 5,
      hold: 'no data',
      valueMissing: 'no series',
      placed: 0,
      unplaced: { replicas: 3 },
    });
  });
});
