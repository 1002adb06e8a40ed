/** A value at an instant, ms since the epoch. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** A gap to the edge of the window up to this many mean distances counts as covered by the counter. */
const COVERED = 1.1;

/**
 * Increase per second of a counter over the window `(start, end]` (ms), from its samples in that window in order of time.
 * A value below its predecessor is a reset to 0. The increase between the first and the last sample is extended to the
 * edges of the window the way Prometheus does it (promql/functions.go, extrapolatedRate, release 3.5): to the edge when
 * a sample is about due there, by half a mean distance otherwise, and never past the point where the counter was 0.
 * Before release 3.0, a sample at `start` counts, and that point limits the extension before the half distance does.
 * Undefined for fewer than two samples.
 */
export function counterRate(samples: readonly Sample[], start: number, end: number): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return undefined;
  const increase = increaseOver(samples);
  const sampled = last.at - first.at;
  const distance = sampled / (samples.length - 1);
  const extension = (gap: number): number => (gap < distance * COVERED ? gap : distance / 2);
  const sinceZero = increase > 0 && first.value >= 0 ? sampled * (first.value / increase) : Infinity;
  const covered = sampled + Math.min(extension(first.at - start), sinceZero) + extension(end - last.at);
  return (increase * covered) / sampled / ((end - start) / 1000);
}

function increaseOver(samples: readonly Sample[]): number {
  let increase = 0;
  let previous: number | undefined;
  for (const { value } of samples) {
    if (previous !== undefined) increase += value < previous ? value : value - previous;
    previous = value;
  }
  return increase;
}
