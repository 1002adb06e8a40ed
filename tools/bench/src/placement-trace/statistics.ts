/** The value below which so much of the ascending list lies; 0 for an empty list. */
export const quantile = (ascending: ArrayLike<number>, share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? 0;

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation of a sample. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** One decision per entry, nanoseconds: rate over their sum and percentiles in microseconds. */
export function speedOf(nanos: Float64Array): {
  readonly decisionsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
} {
  const ascending = Float64Array.from(nanos).sort();
  const total = ascending.reduce((sum, one) => sum + one, 0);
  return {
    decisionsPerSecond: total === 0 ? 0 : Math.round((ascending.length * 1e9) / total),
    p50Us: rounded(quantile(ascending, 0.5) / 1000, 1),
    p99Us: rounded(quantile(ascending, 0.99) / 1000, 1),
  };
}

/** Resident memory of this process, MiB. */
export const residentMiB = (): number => Math.round(process.memoryUsage().rss / (1024 * 1024));
