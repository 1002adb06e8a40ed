import type { ClusterRecord, NodePoolRecord } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';

type NodePool = Answer<'getNodePools'>['body'][number];

/** A node pool in the list of its cluster. */
export const toNodePoolBody = (pool: NodePoolRecord): NodePool => ({
  id: pool.id,
  name: pool.name,
  labelKey: pool.labelKey,
  labelValue: pool.labelValue,
  overProvisioningRatio: pool.overProvisioningRatio,
  placementStrategy: pool.placementStrategy as NodePool['placementStrategy'],
  clusterId: pool.clusterId,
  isDefault: pool.isDefault,
  status: 'Ready',
  createdAt: pool.createdAt,
  createdBy: pool.createdBy,
  updatedAt: pool.updatedAt,
  updatedBy: pool.updatedBy,
});

/** A node pool in the list of all clusters. */
export function toNodePoolOfTenantBody(
  pool: NodePoolRecord,
  cluster: ClusterRecord,
): Answer<'get_node_pools'>['body']['nodepools'][number] {
  const { id, status: _status, ...fields } = toNodePoolBody(pool);
  const { labelKey, labelValue } = pool;
  return {
    ...fields,
    id: String(id),
    tenantId: cluster.tenantId,
    clusterName: cluster.name,
    phase: 'Ready',
    phaseMessage: '',
    status: { labelKey, labelValue },
  };
}
