import type { DataSource, EntityManager } from 'typeorm';
import { randomUUID } from 'node:crypto';
import type { Secrets } from '@tessera/application-control-plane';

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

/** Creates the local organisation; existing rows are not changed. */
export async function seedLocalOrganisation(
  dataSource: DataSource,
  nodePoolLabel = NODE_POOL_LABEL,
): Promise<void> {
  await dataSource.transaction(async (tx) => {
    const { tenantId, clusterId, departmentId, projectId, namespace } = LOCAL;
    await insert(tx, 'tenants (id, name)', [tenantId, 'local']);
    await insert(tx, 'clusters (id, tenant_id, name, domain, version)', [
      clusterId,
      tenantId,
      'local',
      null,
      '2.18',
    ]);
    await insert(tx, 'departments (id, tenant_id, cluster_id, name, created_by, updated_by)', [
      ...[departmentId, tenantId, clusterId, 'department-2', BY, BY],
    ]);
    await insert(
      tx,
      'projects (id, department_id, cluster_id, name, namespace, default_node_pools, created_by, updated_by)',
      [projectId, departmentId, clusterId, 'project-1', namespace, JSON.stringify(LOCAL.nodePools), BY, BY],
    );
    for (const pool of LOCAL.nodePools)
      await insert(
        tx,
        'node_pools (cluster_id, name, label_key, label_value, is_default, created_by, updated_by)',
        [...[clusterId, pool, nodePoolLabel, pool, pool === 'default', BY, BY]],
      );
    await insert(tx, 'data_volumes (id, project_id, name, claim_name, created_by)', [
      ...[LOCAL.dataVolumeId, projectId, 'sample-data', `data-${LOCAL.dataVolumeId}`, BY],
    ]);
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
  const [known]: { secret_hash: string }[] = await dataSource.query(
    'select secret_hash from api.subjects where client_id = $1',
    [clientId],
  );
  const kept = known !== undefined && (await secrets.verify(secret, known.secret_hash));
  const secretHash = kept ? known.secret_hash : await secrets.hash(secret);
  await dataSource.transaction(async (tx) => {
    await insert(tx, 'tenants (id, name)', [tenantId, 'local']);
    const rows: { id: string }[] = await tx.query(
      `insert into api.subjects (id, tenant_id, kind, name, client_id, secret_hash, created_by)
       values ($1, $2, 'app', $3, $3, $4, $5)
       on conflict (client_id) do update set secret_hash = excluded.secret_hash, secret_version =
         subjects.secret_version + case when subjects.secret_hash = excluded.secret_hash then 0 else 1 end
       returning id`,
      [randomUUID(), tenantId, clientId, secretHash, BY],
    );
    await insert(
      tx,
      'access_rules (tenant_id, subject_id, subject_type, role_id, scope_type, scope_id, created_by)',
      [...[tenantId, rows[0]?.id, 'app', 1, 'tenant', String(tenantId), BY]],
    );
  });
}

async function insert(tx: EntityManager, target: string, values: readonly unknown[]): Promise<void> {
  const marks = values.map((_value, index) => `$${index + 1}`).join(', ');
  await tx.query(`insert into api.${target} values (${marks}) on conflict do nothing`, [...values]);
}
