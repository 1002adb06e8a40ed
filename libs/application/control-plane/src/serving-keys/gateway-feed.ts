import type { FeedSnapshot } from '@tessera/contracts-internal/gateway';

/** What gateways are sent. */
export interface GatewayFeedStore {
  /** Another one after every change of anything that a snapshot has. */
  version(): Promise<string>;
  /** Everything for the gateways of a cluster at least as new as an earlier version; undefined for an unknown cluster. */
  snapshot(clusterId: string, now: string): Promise<FeedSnapshot | undefined>;
}
