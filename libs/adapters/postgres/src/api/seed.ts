import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager, EntitySchema } from 'typeorm';
import type { Secrets } from '@tessera/application-control-plane';
import { ACCESS_RULES, SUBJECTS } from '../entities/access';
import { DATA_VOLUMES } from '../entities/assets';
import { written } from '../entities/entity';
import { columnsOf, tableOf } from '../entities/statements';
import { CLUSTERS, DEPARTMENTS, NODE_POOLS, PROJECTS, TENANTS } from '../entities/organisation';

/** The local sample organisation, in which the sample request of the reference works. */
export const LOCAL = {
  tenantId: 1001,
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  departmentId: '2',
  projectId: '1',
  namespace: 'runai-project-1',
  dataVolumeId: '123e4567-e89b-12d3-a456-426614174000',
  nodePools: ['my-node-pool-a', 'my-node-pool-b', 'default'],
} as const;

const NODE_POOL_LABEL = 'run.ai/node-pool';
const BY = 'tessera';
const SEEDED = ['id', 'tenantId', 'kind', 'name', 'clientId', 'secretHash', 'createdBy'] as const;
const STAMPS = { createdBy: BY, updatedBy: BY } as const;

/** Creates the local organisation; existing rows are not changed. */
export async function seedLocalOrganisation(
  dataSource: DataSource,
  nodePoolLabel = NODE_POOL_LABEL,
): Promise<void> {
  await dataSource.transaction(async (tx) => {
    const { tenantId, clusterId, departmentId, projectId, namespace } = LOCAL;
    await insert(tx, TENANTS, { id: tenantId, name: 'local' });
    await insert(tx, CLUSTERS, { id: clusterId, tenantId, name: 'local', version: '2.18' });
    await insert(tx, DEPARTMENTS, { id: departmentId, tenantId, clusterId, name: 'department-2', ...STAMPS });
    await insert(tx, PROJECTS, {
      ...{ id: projectId, departmentId, clusterId, name: 'project-1', namespace },
      ...{ defaultNodePools: LOCAL.nodePools, ...STAMPS },
    });
    for (const pool of LOCAL.nodePools)
      await insert(tx, NODE_POOLS, {
        ...{ clusterId, name: pool, labelKey: nodePoolLabel, labelValue: pool },
        ...{ isDefault: pool === 'default', ...STAMPS },
      });
    await insert(tx, DATA_VOLUMES, {
      ...{ id: LOCAL.dataVolumeId, projectId, name: 'sample-data' },
      ...{ claimName: `data-${LOCAL.dataVolumeId}`, createdBy: BY },
    });
  });
}

/**
 * Ensures that the first application exists, with this secret and as administrator of the tenant. Its tokens stay valid
 * unless the secret changes.
 */
export async function ensureApplication(
  dataSource: DataSource,
  application: { readonly clientId: string; readonly secret: string; readonly tenantId: number },
  secrets: Pick<Secrets, 'hash' | 'verify'>,
): Promise<void> {
  const { clientId, secret, tenantId } = application;
  const known = await dataSource.getRepository(SUBJECTS).findOneBy({ clientId });
  const isCurrent = known !== null && (await secrets.verify(secret, known.secretHash));
  const secretHash = isCurrent ? known.secretHash : await secrets.hash(secret);
  await dataSource.transaction(async (tx) => {
    await insert(tx, TENANTS, { id: tenantId, name: 'local' });
    // Visible SQL: the version counts only where the secret changes, in the statement that replaces it.
    const rows: { id: string }[] = await tx.query(
      `insert into ${tableOf(SUBJECTS)} (${columnsOf(SUBJECTS, SEEDED)})
       values ($1, $2, 'app', $3, $3, $4, $5)
       on conflict (client_id) do update set secret_hash = excluded.secret_hash, secret_version =
         subjects.secret_version + case when subjects.secret_hash = excluded.secret_hash then 0 else 1 end
       returning id`,
      [randomUUID(), tenantId, clientId, secretHash, BY],
    );
    await insert(tx, ACCESS_RULES, {
      ...{ tenantId, subjectId: rows[0]?.id ?? '', subjectType: 'app', roleId: 1 },
      ...{ scopeType: 'tenant', scopeId: String(tenantId), createdBy: BY },
    });
  });
}

async function insert<Row extends object>(
  tx: EntityManager,
  table: EntitySchema<Row>,
  row: Partial<Row>,
): Promise<void> {
  await tx.createQueryBuilder().insert().into(table).values(written<Row>(row)).orIgnore().execute();
}
