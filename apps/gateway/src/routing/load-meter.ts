import { latencyBucketOf } from '@tessera/contracts-internal/gateway';

/** Counts by latency bucket. */
export type LatencyCounts = readonly (readonly [bucket: number, requests: number])[];

/** The load of one workload over an interval. */
export interface IntervalLoad {
  /** Requests that arrived. */
  readonly started: number;
  /** Requests that ended. */
  readonly finished: number;
  /** Average number of requests at the same time, weighted by time. */
  readonly averageConcurrency: number;
  readonly latencies: LatencyCounts;
  readonly coldLatencies: LatencyCounts;
}

/** The response time of a request that a replica answered. */
export interface Latency {
  readonly ms: number;
  /** The request waited for a replica to start, or its replica had become ready only seconds before. */
  readonly cold: boolean;
}

/** Counts the requests of one workload. Times in ms of any origin, monotonic. */
export class LoadMeter {
  private present = 0;
  private started = 0;
  private finished = 0;
  /** Integral of the present requests over time, request-milliseconds. */
  private requestMs = 0;
  private countedAt = 0;
  private latest: number | undefined;
  private warm = new Map<number, number>();
  private cold = new Map<number, number>();

  /** When the latest request arrived or ended; undefined before the first one. */
  get latestAt(): number | undefined {
    return this.latest;
  }

  begin(now: number): void {
    this.advance(now);
    this.present += 1;
    this.started += 1;
    this.latest = now;
  }

  /** `latency` is absent where no replica responded, and for websockets. */
  end(now: number, latency?: Latency): void {
    this.advance(now);
    this.present -= 1;
    this.finished += 1;
    this.latest = now;
    if (latency === undefined) return;
    const counts = latency.cold ? this.cold : this.warm;
    const bucket = latencyBucketOf(latency.ms);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }

  /** The load since the last call, `intervalMs` ago; the next interval begins now. */
  take(now: number, intervalMs: number): IntervalLoad {
    this.advance(now);
    const { started, finished, requestMs, warm, cold } = this;
    this.started = this.finished = this.requestMs = 0;
    this.warm = new Map();
    this.cold = new Map();
    return {
      started,
      finished,
      averageConcurrency: intervalMs > 0 ? requestMs / intervalMs : 0,
      latencies: [...warm],
      coldLatencies: [...cold],
    };
  }

  private advance(now: number): void {
    this.requestMs += this.present * (now - this.countedAt);
    this.countedAt = now;
  }
}
