import type { ClusterRecord } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';

type Cluster = Answer<'get_clusters'>['body'][number];

/** How long after its last heartbeat a cluster still counts as connected, ms. */
const LIVENESS_MS = 5 * 60_000;

/** A cluster as the API shows it; its state, in the full form, follows from its last heartbeat. */
export function toClusterBody(cluster: ClusterRecord, now: number, full = true): Cluster {
  const { lastLiveness } = cluster;
  const state =
    lastLiveness === null
      ? 'WaitingToConnect'
      : now - Date.parse(lastLiveness) < LIVENESS_MS
        ? 'Connected'
        : 'Disconnected';
  return {
    uuid: cluster.id,
    tenantId: cluster.tenantId,
    name: cluster.name,
    domain: cluster.domain,
    version: cluster.version,
    createdAt: cluster.createdAt,
    updatedAt: cluster.updatedAt,
    lastLiveness,
    ...(full ? { status: { state } } : {}),
  };
}
