import { holdLastReplica, type ZeroState } from './zero';

const RULE = { stableWindowMs: 60_000, retentionMs: 120_000, keepAliveMs: undefined };
const SEEN = { wanted: 0, current: 1, readyReplicas: 1, idleMs: undefined };

describe('the last replica', () => {
  it('is removed once it has served for a stable window and its retention has passed', () => {
    let state: ZeroState = {};
    const at = (seconds: number, change: Partial<typeof SEEN> = {}) => {
      const decided = holdLastReplica(RULE, state, { ...SEEN, ...change, now: seconds * 1000 });
      state = decided.state;
      return decided.hold ?? decided.replicas;
    };
    expect(at(0, { readyReplicas: 0 })).toBe('starting');
    expect(at(900, { readyReplicas: 0 })).toBe('starting');
    expect(at(1_000)).toBe('served too short');
    expect(at(1_059)).toBe('served too short');
    expect(at(1_060)).toBe('retention');
    expect(at(1_100, { wanted: 1 })).toBe(1);
    expect(at(1_200)).toBe('retention');
    expect(at(1_319)).toBe('retention');
    expect(at(1_320)).toBe(0);
    expect(state).toEqual({});
  });

  it('stays where several were wanted before the first was ready', () => {
    const { replicas } = holdLastReplica(RULE, {}, { ...SEEN, current: 3, readyReplicas: 0, now: 0 });
    expect(replicas).toBe(3);
  });

  it('stays although its readiness flaps', () => {
    const state = { activeSince: 0, idleSince: 100_000 };
    const decided = holdLastReplica(RULE, state, { ...SEEN, readyReplicas: 0, now: 219_000 });
    expect(decided).toEqual({ replicas: 1, state, hold: 'retention' });
  });

  it.each([
    [9_999, 1],
    [10_000, 0],
  ])('goes by a learned time since the last request: after %d ms there are %d', (idleMs, replicas) => {
    const rule = { ...RULE, keepAliveMs: 10_000 };
    expect(holdLastReplica(rule, { activeSince: 0 }, { ...SEEN, idleMs, now: 30_000 }).replicas).toBe(
      replicas,
    );
  });

  it('counts the time without a request from its first readiness where none is known', () => {
    const rule = { ...RULE, keepAliveMs: 10_000 };
    const at = (now: number) => holdLastReplica(rule, { activeSince: 0 }, { ...SEEN, now }).replicas;
    expect([at(9_000), at(10_000)]).toEqual([1, 0]);
  });
});
