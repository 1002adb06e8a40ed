import { Counted, type CountedOptions, type Labels } from './counted';

export interface CountedHistogramOptions<Label extends string> extends CountedOptions<Label> {
  /** Upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
}

/** Index of the bucket that a value belongs to; the number of bounds where it is above all of them. */
export function bucketOf(bounds: readonly number[], value: number): number {
  let index = 0;
  while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
  return index;
}

/** One series of a histogram. */
class Distribution<Label extends string> {
  /** By bucket, then those above the last bound; not cumulative. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(
    readonly labels: Labels<Label>,
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bucket = bucketOf(this.bounds, value);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }

  /** Adds values that were counted by {@link bucketOf}; `sum` is theirs. */
  add(counts: ArrayLike<number>, sum: number): void {
    for (let index = 0; index < this.counts.length; index += 1)
      this.counts[index] = (this.counts[index] ?? 0) + (counts[index] ?? 0);
    this.sum += sum;
  }
}
export type { Distribution };

/**
 * A histogram for values that come by the thousand, such as the times between tokens: its user counts them into buckets
 * and adds them together, which costs a hundredth of observing each.
 */
export class CountedHistogram<Label extends string> extends Counted<Label, Distribution<Label>> {
  readonly type = 'histogram';

  constructor(private readonly options: CountedHistogramOptions<Label>) {
    super(options);
  }

  /** Adds values that were counted by {@link bucketOf}; `sum` is theirs. */
  add(labels: Labels<Label>, counts: ArrayLike<number>, sum: number): void {
    this.of(labels).add(counts, sum);
  }

  observe(labels: Labels<Label>, value: number): void {
    this.of(labels).observe(value);
  }

  protected begin(labels: Labels<Label>): Distribution<Label> {
    return new Distribution(labels, this.options.bounds);
  }

  protected written({ labels, counts, sum }: Distribution<Label>): object[] {
    const { name } = this;
    let count = 0;
    const buckets = [...counts].map((more, index) => {
      count += more;
      return {
        labels: { le: this.options.bounds[index] ?? '+Inf', ...labels },
        value: count,
        metricName: `${name}_bucket`,
      };
    });
    return [
      ...buckets,
      { labels, value: sum, metricName: `${name}_sum` },
      { labels, value: count, metricName: `${name}_count` },
    ];
  }
}
