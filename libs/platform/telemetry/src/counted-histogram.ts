import type { Registry } from 'prom-client';

export interface CountedHistogramOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  /** Upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
  readonly registers: readonly Registry[];
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;

interface Counted<Label extends string> {
  readonly labels: Labels<Label>;
  /** By bucket, then those above the last bound; not cumulative. */
  readonly counts: Float64Array;
  sum: number;
}

/** Index of the bucket that a value belongs to; the number of bounds where it is above all of them. */
export function bucketOf(bounds: readonly number[], value: number): number {
  let index = 0;
  while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
  return index;
}

/**
 * A histogram for values that come by the thousand, such as the times between tokens: its user counts them into buckets
 * and adds them together, which costs a hundredth of observing each.
 */
export class CountedHistogram<Label extends string> {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  private readonly series = new Map<string, Counted<Label>>();

  constructor(private readonly options: CountedHistogramOptions<Label>) {
    this.name = options.name;
    this.help = options.help;
    // A registry asks its metrics for no more than their name and values.
    for (const registry of options.registers) registry.registerMetric(this as never);
  }

  /** Adds values that were counted by {@link bucketOf}; `sum` is theirs. */
  add(labels: Labels<Label>, counts: ArrayLike<number>, sum: number): void {
    const series = this.seriesOf(labels);
    for (let index = 0; index < series.counts.length; index += 1)
      series.counts[index] = (series.counts[index] ?? 0) + (counts[index] ?? 0);
    series.sum += sum;
  }

  observe(labels: Labels<Label>, value: number): void {
    const series = this.seriesOf(labels);
    const bucket = bucketOf(this.options.bounds, value);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  }

  remove(labels: Labels<Label>): void {
    this.series.delete(this.keyOf(labels));
  }

  reset(): void {
    this.series.clear();
  }

  /** The form in which a registry takes the values of a metric. */
  get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({ name, help, type, aggregator, values: this.values() });
  }

  private values(): object[] {
    const { name } = this;
    return [...this.series.values()].flatMap(({ labels, counts, sum }) => {
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
    });
  }

  private seriesOf(labels: Labels<Label>): Counted<Label> {
    const key = this.keyOf(labels);
    let series = this.series.get(key);
    if (series === undefined) {
      series = { labels, counts: new Float64Array(this.options.bounds.length + 1), sum: 0 };
      this.series.set(key, series);
    }
    return series;
  }

  private keyOf(labels: Labels<Label>): string {
    return this.options.labelNames.map((name) => labels[name]).join('\u0000');
  }
}
