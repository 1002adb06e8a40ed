/** Ratio of two neighbouring bounds: a percentile read from the counts is at most a fifth too high. */
const RATIO = 1.2;
const FIRST_MS = 1;
/** Responses of ten minutes and more share the last bucket. */
const LAST_MS = 600_000;

/** Upper bounds of the latency buckets, ms, ascending; the last bucket has none. Both sides of the wire have them. */
export const LATENCY_BOUNDS_MS: readonly number[] = Array.from(
  { length: Math.ceil(Math.log(LAST_MS / FIRST_MS) / Math.log(RATIO)) + 1 },
  (_, index) => FIRST_MS * RATIO ** index,
);

/** Index of the bucket of a latency, from 0 to the number of bounds. */
export function latencyBucketOf(ms: number): number {
  let low = 0;
  let high = LATENCY_BOUNDS_MS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms <= (LATENCY_BOUNDS_MS[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}
