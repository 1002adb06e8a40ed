/** Instants at equal distances, ms since the epoch, both ends included. */
export interface SampleTimes {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Instants of a {@link SampleTimes}, in order. */
export function* instantsOf({ start, end, step }: SampleTimes): Generator<number> {
  for (let at = start; at <= end; at += step) yield at;
}

/**
 * Spreads `count` instants evenly over the range so that the last one is its end; fewer where the range has fewer
 * milliseconds. The first instant is the start, up to the rounding of the distance to whole milliseconds. Undefined
 * when there is nothing to sample: a count of 0, or an end before the start.
 */
export function sampleTimes(start: number, end: number, count: number): SampleTimes | undefined {
  if (count <= 0 || end < start) return undefined;
  const points = Math.min(count, end - start + 1);
  if (points === 1) return { start: end, end, step: 1 };
  const step = Math.floor((end - start) / (points - 1));
  return { start: end - step * (points - 1), end, step };
}

/**
 * Window of a rate, ms: long enough that consecutive samples leave no gap, and at least `leastMs`, below which too few
 * scrapes fall into the window.
 */
export function rateWindowMs({ step }: SampleTimes, leastMs: number): number {
  return Math.max(step, leastMs);
}
