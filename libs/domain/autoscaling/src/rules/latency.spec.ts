import { decideOnLatency, LATENCY_DEFAULTS } from './latency';

const SETTINGS = { ...LATENCY_DEFAULTS, thresholdMs: 1_000 };
const SEEN = { now: 100_000, readyReplicas: 4, warmingReplicas: 0, latencyMs: 1_000, samples: 100 };

describe('the decision on latency', () => {
  it.each([
    ['grows by the ratio', { latencyMs: 1_500 }, 6],
    ['grows to the double at most', { latencyMs: 60_000 }, 8],
    ['shrinks to the half at most', { latencyMs: 1 }, 2],
    ['never goes to zero', { latencyMs: 0, readyReplicas: 1 }, 1],
    ['shrinks while replicas warm up', { latencyMs: 500, warmingReplicas: 2 }, 2],
  ])('%s', (_, change, replicas) => {
    expect(decideOnLatency(SETTINGS, {}, { ...SEEN, ...change })).toMatchObject({ replicas });
  });

  it.each([
    ['no data', { latencyMs: undefined }],
    ['few samples', { latencyMs: 9_000, samples: 19 }],
    ['none ready', { latencyMs: 9_000, readyReplicas: 0 }],
    ['within tolerance', { latencyMs: 1_100 }],
    ['within tolerance', { latencyMs: 900 }],
    ['warming', { latencyMs: 9_000, warmingReplicas: 1 }],
  ])('holds: %s', (hold, change) => {
    expect(decideOnLatency(SETTINGS, {}, { ...SEEN, ...change })).toEqual({
      replicas: undefined,
      state: {},
      hold,
    });
  });

  it('waits for what was added before it adds more', () => {
    const slow = { ...SEEN, latencyMs: 2_000 };
    const first = decideOnLatency(SETTINGS, {}, slow);
    const next = decideOnLatency(SETTINGS, first.state, {
      ...slow,
      now: slow.now + 29_000,
      readyReplicas: 8,
    });
    const later = decideOnLatency(SETTINGS, first.state, {
      ...slow,
      now: slow.now + 30_000,
      readyReplicas: 8,
    });
    expect([first.replicas, next.hold, later.replicas]).toEqual([8, 'cooldown', 16]);
  });
});
