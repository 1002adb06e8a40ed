import { LATENCY_BOUNDS_MS } from '@tessera/contracts-internal';

/** The window is divided into so many parts; one part is dropped at a time. */
const PARTS = 6;

/** Latencies of the recent past, counted in buckets. Has no clock: callers pass the time, ms since the epoch. */
export class LatencyWindow {
  private readonly counts: readonly Uint32Array[];
  private readonly partMs: number;
  private newest: number | undefined;

  constructor(windowMs: number) {
    this.counts = Array.from({ length: PARTS }, () => new Uint32Array(LATENCY_BOUNDS_MS.length + 1));
    this.partMs = windowMs / PARTS;
  }

  record(now: number, latencies: readonly (readonly [bucket: number, requests: number])[]): void {
    const part = this.advance(now);
    const counts = this.counts[part % PARTS];
    if (counts === undefined) return;
    for (const [bucket, requests] of latencies) counts[bucket] = (counts[bucket] ?? 0) + requests;
  }

  /**
   * The upper bound of the bucket with that share of the requests at or below it, ms, and the number of requests in the
   * window; undefined where there were none. `share` is from 0 to 1.
   */
  percentile(share: number, now: number): { readonly ms: number; readonly samples: number } | undefined {
    if (this.newest === undefined) return undefined;
    this.advance(now);
    const totals = LATENCY_BOUNDS_MS.map((_, bucket) => this.totalOf(bucket));
    const samples = totals.reduce((sum, total) => sum + total, this.totalOf(LATENCY_BOUNDS_MS.length));
    if (samples === 0) return undefined;
    let below = 0;
    for (const [bucket, total] of totals.entries()) {
      below += total;
      if (below >= share * samples) return { ms: LATENCY_BOUNDS_MS[bucket] ?? 0, samples };
    }
    return { ms: LATENCY_BOUNDS_MS.at(-1) ?? 0, samples };
  }

  private totalOf(bucket: number): number {
    return this.counts.reduce((sum, counts) => sum + (counts[bucket] ?? 0), 0);
  }

  /** Drops the parts that have left the window; returns the part of this time. */
  private advance(now: number): number {
    const part = Math.floor(now / this.partMs);
    const newest = this.newest ?? part;
    for (let next = Math.max(newest + 1, part - PARTS + 1); next <= part; next += 1)
      this.counts[next % PARTS]?.fill(0);
    this.newest = Math.max(newest, part);
    return this.newest;
  }
}
