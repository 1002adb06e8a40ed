/**
 * Why a watch ended early. `silent`: neither a change nor a bookmark came; `wentBack`: the API server has an older
 * history than the one seen before, as after a restore of etcd; `expired`: the version is too old; `failed`: anything
 * else.
 */
export const WATCH_ENDS = ['silent', 'wentBack', 'expired', 'failed'] as const;
export type WatchEnd = (typeof WATCH_ENDS)[number];

/** Reports of one watch about itself. */
export interface WatchRecord {
  /** The API server sent something: an answer, a change or a bookmark. */
  received(): void;
  /** The watch ended early and is opened again. */
  ended(how: WatchEnd, cause: string): void;
  /** The watch is no longer wanted. */
  close(): void;
}

interface WatchHealthOptions {
  /** Time without data from the API server after which a watch is replaced, ms. */
  readonly silentMs: number;
  /** Time that the replacement may take before the watch counts as lost, ms. */
  readonly patienceMs: number;
  /** A monotonic clock, ms. */
  readonly now: () => number;
}

interface Known {
  readonly path: string;
  receivedAt: number;
  cause: string | undefined;
}

/**
 * When each watch of a connection last received data from the API server; source of readiness and metrics of watches.
 */
export class WatchHealth {
  private readonly watches = new Set<Known>();
  private readonly counts = new Map<WatchEnd, number>();

  constructor(private readonly options: WatchHealthOptions) {}

  get silentMs(): number {
    return this.options.silentMs;
  }

  open(path: string): WatchRecord {
    const watch: Known = { path, receivedAt: this.options.now(), cause: undefined };
    this.watches.add(watch);
    return {
      received: () => {
        watch.receivedAt = this.options.now();
        watch.cause = undefined;
      },
      ended: (how, cause) => {
        watch.cause = cause;
        this.counts.set(how, this.ends(how) + 1);
      },
      close: () => void this.watches.delete(watch),
    };
  }

  /** Number of watches that ended early. */
  ends(how: WatchEnd): number {
    return this.counts.get(how) ?? 0;
  }

  /** Time since the least recently active watch received data, ms; 0 without a watch. */
  longestSilenceMs(): number {
    return [...this.watches].reduce(
      (most, { receivedAt }) => Math.max(most, this.options.now() - receivedAt),
      0,
    );
  }

  /** Why the watched data may be outdated; undefined while all watches receive data. */
  notReady(): string | undefined {
    const { now, silentMs, patienceMs } = this.options;
    for (const { path, receivedAt, cause } of this.watches) {
      const silent = now() - receivedAt;
      if (silent <= silentMs + patienceMs) continue;
      const why = cause === undefined ? '' : `: ${cause}`;
      return `no data from the watch of ${path} for ${Math.round(silent / 1000)} s${why}`;
    }
    return undefined;
  }
}
