import { maybe } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';
import { isCapacity } from './scaling-entry';

/** The newest starts count; older ones may be of another image. */
const MOST_STARTS = 5;
/**
 * A pod whose start was not seen and that became ready later than this after its creation had been ready before, ms.
 */
const MOST_START_MS = 3_600_000;

/** Durations from the creation of a pod until it was ready. */
export interface StartTimes {
  /** Pods that were measured and still exist. */
  readonly uids: ReadonlySet<string>;
  /** Pods that are not ready yet, with when they were seen first, ms of monotonic time. */
  readonly starting: ReadonlyMap<string, number>;
  /** The newest that were seen, oldest first, ms. */
  readonly recentMs: readonly number[];
  /** The newest that began before this process observed them, by the clocks of API server and node, ms. */
  readonly reportedMs: readonly number[];
  /** Median of those seen, else of those reported, ms; absent where none was measured. */
  readonly usualMs?: number;
}

export const NO_START_TIMES: StartTimes = {
  uids: new Set(),
  starting: new Map(),
  recentMs: [],
  reportedMs: [],
};

/**
 * Adds the pods that have become ready at `elapsedMs` of monotonic time. Two clocks of the cluster, one of which may be
 * set, count only until a start was seen. Returns the same object where nothing has changed. Pure.
 */
export function withStarts(known: StartTimes, pods: readonly ReplicaPod[], elapsedMs: number): StartTimes {
  const unmeasured = pods.filter(({ uid }) => !known.uids.has(uid));
  const added = unmeasured.filter(isCapacity);
  const starting = new Map(
    unmeasured
      .filter((pod) => !isCapacity(pod))
      .map(({ uid }) => [uid, known.starting.get(uid) ?? elapsedMs] as const),
  );
  const uids = new Set(pods.map(({ uid }) => uid).filter((uid) => !starting.has(uid)));
  if (added.length === 0 && sameKeys(starting, known.starting) && uids.size === known.uids.size) return known;
  const seen = added.flatMap(({ uid }) => {
    const since = known.starting.get(uid);
    return since === undefined ? [] : [elapsedMs - since];
  });
  const reported = added
    .filter(({ uid }) => !known.starting.has(uid))
    .map(({ createdAt, changedAt }) => Date.parse(changedAt) - Date.parse(createdAt))
    .filter((ms) => ms >= 0 && ms <= MOST_START_MS);
  const recentMs = [...known.recentMs, ...seen].slice(-MOST_STARTS);
  const reportedMs = [...known.reportedMs, ...reported].slice(-MOST_STARTS);
  const usualMs = median(recentMs.length > 0 ? recentMs : reportedMs);
  return { uids, starting, recentMs, reportedMs, ...maybe('usualMs', usualMs) };
}

const sameKeys = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean =>
  a.size === b.size && [...a.keys()].every((key) => b.has(key));

const median = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
