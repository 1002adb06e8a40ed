/** Width of one bucket, ms. */
const BUCKET_MS = 1_000;
/** Digits that averages are rounded to, so that adding and subtracting a sample leaves no rounding error behind. */
const DIGITS = 1e6;

/**
 * Sliding window of samples in buckets of one second, and its average, by the rule of Knative's autoscaler
 * (knative/serving, pkg/autoscaler/aggregation/bucketing.go). One difference: in the second in which the newest sample
 * leaves the window Knative gives 0, which scales down a workload whose reports were cut off; this window gives no
 * data. Times are ms since the epoch; samples may come late within the window.
 */
export class LoadWindow {
  private readonly buckets: Float64Array;
  private total = 0;
  private firstIndex: number | undefined;
  private lastIndex: number | undefined;
  /** Of the newest sample above 0: where it has left the window, all buckets are 0. */
  private loadIndex = -Infinity;

  /** `windowMs` is rounded up to whole seconds. */
  constructor(windowMs: number) {
    this.buckets = new Float64Array(Math.max(1, Math.ceil(windowMs / BUCKET_MS)));
  }

  /** Adds to the bucket of that time. Samples older than one window before the newest sample are dropped. */
  record(now: number, value: number): void {
    const index = bucketOf(now);
    const last = this.lastIndex;
    if (last === undefined) this.firstIndex = this.lastIndex = index;
    else if (index !== last) {
      if (index + this.size <= last) return;
      if (this.firstIndex === undefined || this.firstIndex > index) this.firstIndex = index;
      if (index > last) this.advance(last, index);
    }
    if (value === 0) return;
    this.add(index, value);
    this.total += value;
    this.loadIndex = Math.max(this.loadIndex, index);
  }

  /**
   * Average per second. Undefined where nothing was recorded for the length of the window: no data is not zero load. A
   * window younger than its length averages over what it has. The time since the newest sample is left out; seconds
   * without a sample in between count as zero.
   */
  average(now: number): number | undefined {
    const { firstIndex: first, lastIndex: last } = this;
    if (first === undefined || last === undefined) return undefined;
    const silent = bucketOf(now) - last;
    if (silent >= this.size) return undefined;
    const recorded = last - first + 1;
    if (silent <= 0) return rounded(this.total / Math.min(recorded, this.size));
    let total = this.total;
    for (let index = last + 1; index <= last + silent; index += 1) total -= this.at(index);
    return rounded(total / Math.min(recorded, this.size - silent));
  }

  private get size(): number {
    return this.buckets.length;
  }

  /** Clears the buckets between the newest sample so far and the next one. */
  private advance(last: number, index: number): void {
    if (last - this.loadIndex >= this.size) {
      // Most workloads are idle most of the time, and there is nothing to clear.
      this.total = 0;
      if (index - last >= this.size) this.firstIndex = index;
    } else if (index - last >= this.size) {
      this.buckets.fill(0);
      this.total = 0;
      this.firstIndex = index;
    } else
      for (let between = last + 1; between <= index; between += 1) {
        this.total -= this.at(between);
        this.buckets[between % this.size] = 0;
      }
    this.lastIndex = index;
  }

  private at(index: number): number {
    return this.buckets[index % this.size] ?? 0;
  }

  private add(index: number, value: number): void {
    this.buckets[index % this.size] = this.at(index) + value;
  }
}

const bucketOf = (timeMs: number): number => Math.floor(timeMs / BUCKET_MS);

const rounded = (value: number): number => (Math.sign(value) * Math.round(Math.abs(value) * DIGITS)) / DIGITS;
