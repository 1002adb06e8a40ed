import type { GatewayFeedStore } from '@tessera/application-control-plane';
import { FEED_WAIT_MS, type FeedAnswer, type FeedSnapshot } from '@tessera/contracts-internal/gateway';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import { pause } from '@tessera/platform-lifecycle';

/** How often the version is read while a gateway waits, ms. */
const POLL_MS = 250;

export interface FeedWatchOptions {
  readonly store: GatewayFeedStore;
  readonly clock: Clock & MonotonicClock;
  /** Default {@link POLL_MS}. */
  readonly pollMs?: number;
  /** Default {@link FEED_WAIT_MS}. */
  readonly waitMs?: number;
}

/** The snapshot of a cluster, with a version that is not newer. */
interface Read {
  readonly version: string;
  readonly snapshot: Promise<FeedSnapshot | undefined>;
}

/** Answers gateways once there is a newer version. All waiting requests share one read of the version. */
export class FeedWatch {
  private readonly stopping = new AbortController();
  private reading: Promise<string> | undefined;
  private readonly latest = new Map<string, Read>();

  constructor(private readonly options: FeedWatchOptions) {}

  /** The feed since that version; undefined for an unknown cluster. Rejects if the database cannot be read. */
  async since(clusterId: string, since: string | undefined): Promise<FeedAnswer | undefined> {
    const version = await this.newVersion(since);
    if (version === since) return { version };
    const snapshot = await this.snapshotAt(clusterId, version);
    return snapshot && { version, snapshot };
  }

  /** Waiting requests are answered at once; their gateways then ask another process. */
  stop(): void {
    this.stopping.abort();
  }

  /** Resolves with a newer version, or with the same one after the longest wait. */
  private async newVersion(since: string | undefined): Promise<string> {
    const { store, clock, waitMs = FEED_WAIT_MS } = this.options;
    const until = clock.elapsedMs() + waitMs;
    let version = await store.version();
    while (version === since && clock.elapsedMs() < until && !this.stopping.signal.aborted)
      version = await this.nextRead();
    return version;
  }

  private nextRead(): Promise<string> {
    const { store, pollMs = POLL_MS } = this.options;
    this.reading ??= pause(pollMs, this.stopping.signal)
      .then(() => store.version())
      .finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** The version was read before, so the snapshot may be newer; then the next version brings the same one again. */
  private snapshotAt(clusterId: string, version: string): Promise<FeedSnapshot | undefined> {
    const known = this.latest.get(clusterId);
    if (known?.version === version) return known.snapshot;
    const { store, clock } = this.options;
    const snapshot = store.snapshot(clusterId, new Date(clock.now()).toISOString());
    // Without an answer nothing is kept: cluster ids come from outside.
    const forget = (): void => {
      if (this.latest.get(clusterId)?.snapshot === snapshot) this.latest.delete(clusterId);
    };
    this.latest.set(clusterId, { version, snapshot });
    snapshot.then((found) => found ?? forget(), forget);
    return snapshot;
  }
}
