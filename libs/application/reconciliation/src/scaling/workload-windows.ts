import type { WorkloadLoad } from '@tessera/contracts-internal';
import { LoadWindow } from '@tessera/domain-autoscaling';
import { maybe } from '@tessera/kernel';
import { LatencyWindow } from './latency-window';

/** Default length of the stable window, ms. */
export const STABLE_WINDOW_MS = 60_000;
/** The stable window is so many times as long as the panic window. */
const PANIC_PARTS = 10;

/** The percentile that the latency rule compares with its threshold. */
const LATENCY_SHARE = 0.95;

/** Load of one workload over the two windows, summed over all gateways. */
export class WorkloadWindows {
  private readonly concurrency: Pair;
  private readonly rate: Pair;
  private latencies: LatencyWindow | undefined;

  /** Length of the stable window, ms; the panic window is a tenth of it. */
  constructor(private readonly windowMs: number) {
    this.concurrency = new Pair(windowMs);
    this.rate = new Pair(windowMs);
  }

  /** Adds the load that one gateway had in the `intervalMs` before `now`. */
  record(load: WorkloadLoad, intervalMs: number, now: number): void {
    this.concurrency.record(now, intervalMs, load.averageConcurrency);
    this.rate.record(now, intervalMs, (load.started * 1_000) / intervalMs);
    if (load.latencies.length === 0) return;
    this.latencies ??= new LatencyWindow(this.windowMs);
    this.latencies.record(now, load.latencies);
  }

  /** There was no request up to `now` since the last record. */
  recordSilence(metric: 'concurrency' | 'rate', now: number): void {
    this[metric].recordSilence(now);
  }

  /** Requests at once for `concurrency`, requests per second otherwise; undefined without data. */
  averages(metric: 'concurrency' | 'rate', now: number): Averages | undefined {
    return this[metric].averages(now);
  }

  /** The 95th percentile and the number of requests behind it; cold requests are left out. */
  latency(now: number): { readonly ms: number; readonly samples: number } | undefined {
    return this.latencies?.percentile(LATENCY_SHARE, now);
  }
}

/** Averages over the stable and the panic window, where they have data. */
export interface Averages {
  readonly stable?: number;
  readonly panic?: number;
}

/** The stable and the panic window of one quantity. */
class Pair {
  private readonly stable: LoadWindow;
  private readonly panic: LoadWindow;

  constructor(private readonly windowMs: number) {
    this.stable = new LoadWindow(windowMs);
    this.panic = new LoadWindow(windowMs / PANIC_PARTS);
  }

  /** An interval of several seconds is spread over them, so that a late report leaves no hole. */
  record(now: number, intervalMs: number, value: number): void {
    const seconds = Math.max(1, Math.round(intervalMs / 1_000));
    const each = (value * intervalMs) / 1_000 / seconds;
    for (let back = Math.min(seconds, Math.ceil(this.windowMs / 1_000)) - 1; back >= 0; back -= 1) {
      this.stable.record(now - back * 1_000, each);
      this.panic.record(now - back * 1_000, each);
    }
  }

  recordSilence(now: number): void {
    this.stable.record(now, 0);
    this.panic.record(now, 0);
  }

  averages(now: number): Averages | undefined {
    const stable = this.stable.average(now);
    const panic = this.panic.average(now);
    if (stable === undefined && panic === undefined) return undefined;
    return { ...maybe('stable', stable), ...maybe('panic', panic) };
  }
}
