import { IsNull } from 'typeorm';
import type { ClusterRecord, OrganisationStore } from '@tessera/application-control-plane';
import { type ClusterRow, CLUSTERS, NODE_POOLS } from '../../entities/organisation';
import { columnsOf, tableOf } from '../../entities/statements';
import { changing } from '../workloads/changing';
import { clusterConditions } from './conditions';
import type { OrganisationDatabase } from './org-unit-changes';

type ClusterStore = Pick<
  OrganisationStore,
  'clusters' | 'cluster' | 'createCluster' | 'clusterIds' | 'sawCluster' | 'nodePools' | 'createNodePool'
>;

const CREATED = ['id', 'tenantId', 'name', 'domain', 'version'] as const;
/** Visible SQL because it inserts and checks in one statement: the name may belong to a deleted cluster. */
const CREATE = `insert into ${tableOf(CLUSTERS)} (${columnsOf(CLUSTERS, CREATED)})
  select $1::uuid, $2::integer, $3::text, $4, $5 where not exists
    (select 1 from ${tableOf(CLUSTERS)} where tenant_id = $2::integer and name = $3::text and deleted_at is null)
  returning id`;

/** Clusters and their node pools on Postgres. */
export function clusterStore({ dataSource }: Pick<OrganisationDatabase, 'dataSource'>): ClusterStore {
  const clusters = dataSource.getRepository(CLUSTERS);
  const nodePools = dataSource.getRepository(NODE_POOLS);
  const cluster: ClusterStore['cluster'] = async (id) => {
    const row = await clusters.findOneBy({ id, deletedAt: IsNull() });
    return row === null ? undefined : toCluster(row);
  };
  return {
    cluster,
    clusters: async (seen) => {
      const query = clusterConditions(seen).applyTo(clusters.createQueryBuilder('c'));
      return (await query.orderBy('c.createdAt').addOrderBy('c.id').getMany()).map(toCluster);
    },
    createCluster: async ({ id, tenantId, name, domain, version, nodePoolLabel, by }) => {
      const isNew = await dataSource.transaction(async (tx) => {
        const made: unknown[] = await tx.query(CREATE, [id, tenantId, name, domain, version]);
        if (made.length > 0)
          await tx.insert(NODE_POOLS, {
            ...{ clusterId: id, name: 'default', labelKey: nodePoolLabel, labelValue: 'default' },
            ...{ isDefault: true, createdBy: by, updatedBy: by },
          });
        return made.length > 0;
      });
      const made = isNew ? await cluster(id) : undefined;
      return made === undefined ? { ok: false, why: 'already-exists' } : { ok: true, value: made };
    },
    clusterIds: async () => {
      const rows = await clusters.find({
        select: { id: true },
        where: { deletedAt: IsNull() },
        order: { id: 'asc' },
      });
      return rows.map(({ id }) => id);
    },
    sawCluster: async (id, at) => void (await clusters.update({ id }, { lastLiveness: at })),
    nodePools: (clusterId, tenantId) => {
      const query = nodePools
        .createQueryBuilder('n')
        .innerJoin('Cluster', 'c', 'c.id = n.cluster_id')
        .where('c.tenant_id = :tenantId', { tenantId });
      if (clusterId !== undefined) query.andWhere('n.clusterId = :clusterId', { clusterId });
      return query.orderBy('n.id').getMany();
    },
    createNodePool: ({ by, ...pool }) =>
      changing(async () => {
        const { identifiers } = await nodePools.insert({ ...pool, createdBy: by, updatedBy: by } as object);
        return (await nodePools.findOneBy({ id: (identifiers[0] as { id: number }).id })) ?? undefined;
      }),
  };
}

const toCluster = ({ deletedAt: _deletedAt, ...cluster }: ClusterRow): ClusterRecord => cluster;
