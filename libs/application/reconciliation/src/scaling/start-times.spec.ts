import type { ReplicaPod } from '../model/replica';
import { NO_START_TIMES, withStarts } from './start-times';

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString();
const pod = (uid: string, startSeconds: number, change: Partial<ReplicaPod> = {}): ReplicaPod =>
  ({
    uid,
    ready: true,
    terminating: false,
    createdAt: at(100),
    changedAt: at(100 + startSeconds),
    ...change,
  }) as ReplicaPod;

const afterEach = (...seen: readonly (readonly ReplicaPod[])[]) =>
  seen.reduce((known, pods) => withStarts(known, pods), NO_START_TIMES);

describe('how long replicas take to start', () => {
  it('is unknown before one is ready', () => {
    expect(withStarts(NO_START_TIMES, [pod('a', 20, { ready: false })])).toBe(NO_START_TIMES);
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
});
