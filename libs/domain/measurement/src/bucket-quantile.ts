/** One bucket of a classic histogram: how many observations, or how many per second, were at most `upTo`. */
export interface Bucket {
  readonly upTo: number;
  readonly count: number;
}

/**
 * The value below which the share `quantile` (between 0 and 1) of the observations lies, from cumulative buckets in any
 * order. Within a bucket observations count as evenly spread, and the lowest bucket as beginning at 0 where its bound is
 * positive; above the last finite bound the answer is that bound, as Prometheus gives it (promql/quantile.go,
 * bucketQuantile, release 2.42). Undefined without observations, without a bucket up to infinity, or with no other.
 */
export function bucketQuantile(quantile: number, given: readonly Bucket[]): number | undefined {
  const buckets = cumulative(given);
  const total = buckets.at(-1);
  const highest = buckets.at(-2);
  if (total === undefined || highest === undefined || total.upTo !== Infinity || total.count === 0)
    return undefined;
  const rank = quantile * total.count;
  const at = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[at];
  if (bucket === undefined || bucket.upTo === Infinity) return highest.upTo;
  const below = buckets[at - 1];
  if (below === undefined) return bucket.upTo <= 0 ? bucket.upTo : (bucket.upTo * rank) / bucket.count;
  const share = (rank - below.count) / (bucket.count - below.count);
  return below.upTo + (bucket.upTo - below.upTo) * share;
}

/**
 * In order of their bounds, equal bounds added up, and never falling: rates of buckets that were scraped at different
 * times may fall a little.
 */
function cumulative(given: readonly Bucket[]): readonly Bucket[] {
  const counts = new Map<number, number>();
  for (const { upTo, count } of given) counts.set(upTo, (counts.get(upTo) ?? 0) + count);
  let most = 0;
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([upTo, count]) => ({ upTo, count: (most = Math.max(most, count)) }));
}
