import type { ReplicaPod } from '../model/replica';
import { replicaPod } from '../testing/replica-pod';
import { NO_START_TIMES, withStarts } from './start-times';

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString();
const pod = (uid: string, startSeconds: number, change: Partial<ReplicaPod> = {}): ReplicaPod =>
  replicaPod({ uid, ready: true, createdAt: at(100), changedAt: at(100 + startSeconds), ...change });

const afterEach = (...seen: readonly (readonly ReplicaPod[])[]) =>
  seen.reduce((known, pods) => withStarts(known, pods, 0), NO_START_TIMES);

describe('how long replicas take to start', () => {
  it('is unknown before one is ready', () => {
    const starting = afterEach([pod('a', 20, { ready: false })]);
    expect(starting.usualMs).toBeUndefined();
    expect(withStarts(starting, [pod('a', 20, { ready: false })], 1_000)).toBe(starting);
  });

  it('is the median of the newest starts, each counted once', () => {
    const [a, b, c] = [pod('a', 20), pod('b', 90), pod('c', 30)];
    expect(afterEach([a], [a], [a, b], [a, b, c]).usualMs).toBe(30_000);
    const slow = ['d', 'e', 'f'].map((uid) => pod(uid, 200));
    expect(afterEach([a, b, c], slow)).toMatchObject({ usualMs: 200_000, uids: new Set(['d', 'e', 'f']) });
  });

  it('is not taken from a replica that was unready for a time', () => {
    expect(afterEach([pod('a', 7_200)]).usualMs).toBeUndefined();
  });

  it.each([3_600_000, -3_600_000])('is what we see, though the clock of a node is off by %d ms', (off) => {
    const [old, created] = [pod('old', 50 * 60), pod('a', 0, { ready: false })];
    const ready = pod('a', 20 + off / 1_000);
    const before = withStarts(withStarts(NO_START_TIMES, [old], 0), [old, created], 5_000);
    expect(before.usualMs).toBe(50 * 60_000);
    expect(withStarts(before, [old, ready], 25_000).usualMs).toBe(20_000);
  });

  it('does not count a replica again that lost its readiness for a time', () => {
    const [created, ready] = [pod('a', 0, { ready: false }), pod('a', 20)];
    const started = withStarts(withStarts(NO_START_TIMES, [created], 0), [ready], 20_000);
    const lost = withStarts(started, [created], 100_000);
    expect(withStarts(lost, [ready], 900_000)).toMatchObject({ recentMs: [20_000], usualMs: 20_000 });
  });
});
