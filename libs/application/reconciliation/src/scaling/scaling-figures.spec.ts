import type { Explanation } from '@tessera/domain-autoscaling';
import type { ScalingEntry } from './scaling-entry';
import { scalingFigures } from './scaling-figures';

const SEEN = { now: 0, currentReplicas: 2, readyReplicas: 2, requests: 0 };

const entry = (explanation: Partial<Explanation> | undefined): ScalingEntry =>
  ({
    replicas: 3,
    explanation: explanation && {
      inPanic: false,
      bounds: { minReplicas: 0, maxReplicas: 5, active: [] },
      ...explanation,
    },
  }) as unknown as ScalingEntry;

describe('the figures of a scaling decision', () => {
  it.each<[string, Partial<Explanation>, object]>([
    [
      'requests at once, shared by the ready replicas',
      { rule: 'concurrency', metric: 'concurrency', target: 4, seen: { ...SEEN, load: { stable: 9 } } },
      { metric: 'concurrency', target: 4, observed: 4.5, inPanic: false },
    ],
    [
      'requests per second that no replica serves yet',
      {
        rule: 'throughput',
        metric: 'throughput',
        target: 4,
        inPanic: true,
        seen: { ...SEEN, readyReplicas: 0, load: { stable: 9 } },
      },
      { metric: 'throughput', target: 4, observed: 9, inPanic: true },
    ],
    [
      'the latency in ms',
      {
        rule: 'latency',
        metric: 'latency',
        target: 200,
        seen: { ...SEEN, latency: { ms: 150, samples: 9 } },
      },
      { metric: 'latency', target: 200, observed: 150, inPanic: false },
    ],
    [
      'a metric of the model server, by its name',
      {
        rule: 'custom',
        metric: 'vllm:num_requests_waiting',
        target: 2,
        seen: { ...SEEN, valuePerReplica: 1 },
      },
      { metric: 'vllm:num_requests_waiting', target: 2, observed: 1, inPanic: false },
    ],
    [
      'a rule that has no data',
      { rule: 'concurrency', metric: 'concurrency', target: 4, seen: SEEN },
      { metric: 'concurrency', target: 4, observed: undefined, inPanic: false },
    ],
  ])('are %s', (_what, explanation, rule) => {
    expect(scalingFigures(entry(explanation))).toEqual({ desired: 3, most: 5, rule });
  });

  it('are the number alone where nothing is measured, or before the first decision', () => {
    expect(scalingFigures(entry({ rule: 'fixed', seen: SEEN }))).toEqual({ desired: 3, most: 5 });
    expect(scalingFigures(entry(undefined))).toEqual({ desired: 3 });
  });
});
