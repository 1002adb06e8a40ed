import { maybe } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';
import { isCapacity } from './scaling-entry';

/** The newest starts count; older ones may be of another image. */
const MOST_STARTS = 5;
/** A pod that became ready later was ready before and lost it for a time, ms. */
const MOST_START_MS = 3_600_000;

/** Durations from the creation of a pod until it was ready. */
export interface StartTimes {
  /** Pods that were measured and still run. */
  readonly uids: ReadonlySet<string>;
  /** The newest, oldest first, ms. */
  readonly recentMs: readonly number[];
  /** Their median, ms; absent where none was measured. */
  readonly usualMs?: number;
}

export const NO_START_TIMES: StartTimes = { uids: new Set(), recentMs: [] };

/** Adds the pods that have become ready. Returns the same object where there is none. Pure. */
export function withStarts(known: StartTimes, pods: readonly ReplicaPod[]): StartTimes {
  const ready = pods.filter(isCapacity);
  const added = ready.filter(({ uid }) => !known.uids.has(uid));
  if (added.length === 0 && ready.length === known.uids.size) return known;
  const took = added
    .map(({ createdAt, changedAt }) => Date.parse(changedAt) - Date.parse(createdAt))
    .filter((ms) => ms >= 0 && ms <= MOST_START_MS);
  const recentMs = [...known.recentMs, ...took].slice(-MOST_STARTS);
  return { uids: new Set(ready.map(({ uid }) => uid)), recentMs, ...maybe('usualMs', median(recentMs)) };
}

const median = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
