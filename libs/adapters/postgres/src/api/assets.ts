import type { DataSource } from 'typeorm';
import type {
  AssetStore,
  CredentialRecord,
  DataVolumeRecord,
  Visibility,
} from '@tessera/application-control-plane';
import { changing } from './changing';
import type { Conditions } from './filters';
import { projectConditions } from './organisation-conditions';

interface AssetRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tenant_id: number;
  readonly project_id: string;
  readonly project_name: string;
  readonly department_id: string;
  readonly cluster_id: string;
  readonly created_at: Date;
  readonly created_by: string;
}
interface VolumeRow extends AssetRow {
  readonly claim_name: string;
}
interface CredentialRow extends AssetRow {
  readonly kind: string;
  readonly secret_name: string;
}

/** Data volumes and credentials on Postgres. */
export class PostgresAssets implements AssetStore {
  constructor(private readonly dataSource: DataSource) {}

  async dataVolumes(seen: Visibility, id?: string): Promise<readonly DataVolumeRecord[]> {
    const conditions = projectConditions({ seen, filters: [] });
    if (id !== undefined) conditions.add(`a.id = ${conditions.value(id)}`);
    return (await this.rows<VolumeRow>('data_volumes', conditions)).map(toDataVolume);
  }

  createDataVolume(volume: Parameters<AssetStore['createDataVolume']>[0]) {
    const { id, projectId, name, description, claimName, by } = volume;
    return changing(async () => {
      await this.dataSource.query(
        `insert into api.data_volumes (id, project_id, name, description, claim_name, created_by)
         values ($1, $2, $3, $4, $5, $6)`,
        [id, projectId, name, description, claimName, by],
      );
      const [row] = await this.rows<VolumeRow>('data_volumes', id);
      return row && toDataVolume(row);
    });
  }

  async deleteDataVolume(id: string): Promise<void> {
    await this.dataSource.query('delete from api.data_volumes where id = $1', [id]);
  }

  async credentials(
    seen: Visibility,
    which?: { readonly kind: string; readonly id?: string },
  ): Promise<readonly CredentialRecord[]> {
    const conditions = projectConditions({ seen, filters: [] });
    if (which !== undefined) conditions.add(`a.kind = ${conditions.value(which.kind)}`);
    if (which?.id !== undefined) conditions.add(`a.id = ${conditions.value(which.id)}`);
    return (await this.rows<CredentialRow>('credentials', conditions)).map(toCredential);
  }

  createCredential(credential: Parameters<AssetStore['createCredential']>[0]) {
    const { id, projectId, kind, name, description, secretName, by } = credential;
    return changing(async () => {
      await this.dataSource.query(
        `insert into api.credentials (id, project_id, kind, name, description, secret_name, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, projectId, kind, name, description, secretName, by],
      );
      const [row] = await this.rows<CredentialRow>('credentials', id);
      return row && toCredential(row);
    });
  }

  async deleteCredential(id: string): Promise<void> {
    await this.dataSource.query('delete from api.credentials where id = $1', [id]);
  }

  /** Each with its project: the one with an id, or those that match the conditions. */
  private async rows<R>(table: 'data_volumes' | 'credentials', wanted: Conditions | string): Promise<R[]> {
    const [where, values] =
      typeof wanted === 'string' ? ['where a.id = $1', [wanted]] : [wanted.where(), wanted.values];
    return this.dataSource.query(
      `select a.*, p.name as project_name, p.department_id, p.cluster_id, d.tenant_id
       from api.${table} a join api.projects p on p.id = a.project_id
       join api.departments d on d.id = p.department_id ${where} order by a.created_at, a.id`,
      [...values],
    );
  }
}

const toAsset = (row: AssetRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  tenantId: row.tenant_id,
  projectId: row.project_id,
  projectName: row.project_name,
  departmentId: row.department_id,
  clusterId: row.cluster_id,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
});
const toDataVolume = (row: VolumeRow): DataVolumeRecord => ({ ...toAsset(row), claimName: row.claim_name });
const toCredential = (row: CredentialRow): CredentialRecord => ({
  ...toAsset(row),
  kind: row.kind,
  secretName: row.secret_name,
});
