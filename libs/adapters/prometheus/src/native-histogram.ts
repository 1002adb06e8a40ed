import type { Series } from '@tessera/application-measuring';
import { AnswerShapeError } from './answer-shape';

interface Bucket {
  readonly above: number;
  readonly upTo: number;
  /** The upper bound as the server writes it. */
  readonly le: string;
  readonly count: number;
}

interface Histogram {
  readonly at: number;
  readonly count: number;
  /** In order of their bounds. */
  readonly buckets: readonly Bucket[];
}

/**
 * Converts a native histogram to the classic one that it replaces: for each upper bound a series, with the label `le`,
 * of the number of observations up to that bound. An answer lists only the buckets that are not empty, and those differ
 * between instants: an instant has a value for every bound of any instant that does not lie within one of its own
 * buckets. Throws {@link AnswerShapeError}.
 */
export function toBucketSeries(labels: Series['labels'], given: readonly unknown[]): readonly Series[] {
  const histograms = given.map(toHistogram);
  const bounds = new Map<number, string>();
  for (const { buckets } of histograms) for (const { upTo, le } of buckets) bounds.set(upTo, le);
  bounds.delete(Infinity);
  const inOrder = [...bounds].sort(([a], [b]) => a - b);
  const points = inOrder.map((): { at: number; value: number }[] => []);
  for (const { at, buckets } of histograms) {
    let next = 0;
    let value = 0;
    inOrder.forEach(([bound], index) => {
      for (let bucket = buckets[next]; bucket && bucket.upTo <= bound; bucket = buckets[++next])
        value += bucket.count;
      if ((buckets[next]?.above ?? Infinity) >= bound) points[index]?.push({ at, value });
    });
  }
  return [
    ...inOrder.map(([, le], index) => ({ labels: { ...labels, le }, points: points[index] ?? [] })),
    { labels: { ...labels, le: '+Inf' }, points: histograms.map(({ at, count }) => ({ at, value: count })) },
  ].filter((series) => series.points.length > 0);
}

function toHistogram(given: unknown): Histogram {
  const [at, histogram] = Array.isArray(given) ? (given as readonly unknown[]) : [];
  const { count, buckets = [] } = (histogram ?? {}) as Record<string, unknown>;
  if (typeof at !== 'number' || typeof count !== 'string' || !Array.isArray(buckets))
    throw new AnswerShapeError('a histogram that is no pair of time, count and buckets');
  return {
    at: Math.round(at * 1000),
    count: Number(count),
    buckets: buckets.map(toBucket).sort((a, b) => a.upTo - b.upTo),
  };
}

function toBucket(given: unknown): Bucket {
  const [rule, above, le, count] = Array.isArray(given) ? (given as readonly unknown[]) : [];
  if (
    typeof rule !== 'number' ||
    typeof above !== 'string' ||
    typeof le !== 'string' ||
    typeof count !== 'string'
  )
    throw new AnswerShapeError('a bucket that has no bounds and count');
  return { above: bound(above), upTo: bound(le), le, count: Number(count) };
}

/** Prometheus writes infinity as `+Inf`. */
const bound = (text: string): number =>
  text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
