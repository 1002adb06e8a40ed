import type { FeedSnapshot } from '@tessera/contracts-internal/gateway';

/** The data that gateways receive from the API. */
export interface GatewayFeedStore {
  /** Changes with every change of the content of a snapshot. */
  version(): Promise<string>;
  /** Everything for the gateways of a cluster at least as new as an earlier version; undefined for an unknown cluster. */
  snapshot(clusterId: string, now: string): Promise<FeedSnapshot | undefined>;
}
