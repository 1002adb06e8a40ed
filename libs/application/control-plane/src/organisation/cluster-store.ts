import type { Visibility } from '../access/access';
import type { Changed } from '../outcome';

export interface ClusterRecord {
  readonly id: string;
  readonly tenantId: number;
  readonly name: string;
  readonly domain: string | null;
  readonly version: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastLiveness: string | null;
}

export interface NewCluster {
  readonly id: string;
  readonly tenantId: number;
  readonly name: string;
  readonly domain: string | null;
  readonly version: string | null;
  /** Label that distinguishes the nodes of its pools; the pool `default` is created with the cluster. */
  readonly nodePoolLabel: string;
  readonly by: string;
}

export interface ClusterStore {
  clusters(seen: Visibility): Promise<readonly ClusterRecord[]>;
  cluster(id: string): Promise<ClusterRecord | undefined>;
  createCluster(cluster: NewCluster): Promise<Changed<ClusterRecord>>;
  /** Ids of all clusters, of every tenant. */
  clusterIds(): Promise<readonly string[]>;
  /** Records a heartbeat of the cluster's scheduler. */
  sawCluster(id: string, at: string): Promise<void>;
}
