import type { DataSource, EntitySchema, SelectQueryBuilder } from 'typeorm';
import type {
  AssetStore,
  CredentialRecord,
  DataVolumeRecord,
  Visibility,
} from '@tessera/application-control-plane';
import { CREDENTIALS, DATA_VOLUMES } from '../entities/assets';
import { changing } from './workloads/changing';
import { projectConditions } from './organisation/conditions';

/** What every row of an asset has. */
interface AssetRow {
  readonly id: string;
  readonly projectId: string;
}

interface OfProject {
  readonly project_name: string;
  readonly department_id: string;
  readonly of_cluster: string;
  readonly of_tenant: number;
}

/** Data volumes and credentials on Postgres. */
export class PostgresAssets implements AssetStore {
  constructor(private readonly dataSource: DataSource) {}

  dataVolumes(seen: Visibility, id?: string): Promise<readonly DataVolumeRecord[]> {
    return this.records(DATA_VOLUMES, visible(seen, id === undefined ? {} : { id }));
  }

  createDataVolume({ by, ...volume }: Parameters<AssetStore['createDataVolume']>[0]) {
    return changing(async () => {
      await this.dataSource.getRepository(DATA_VOLUMES).insert({ ...volume, createdBy: by });
      return (await this.records(DATA_VOLUMES, ofId(volume.id)))[0];
    });
  }

  async deleteDataVolume(id: string): Promise<void> {
    await this.dataSource.getRepository(DATA_VOLUMES).delete({ id });
  }

  credentials(
    seen: Visibility,
    which: { readonly kind?: string; readonly id?: string } = {},
  ): Promise<readonly CredentialRecord[]> {
    return this.records(CREDENTIALS, visible(seen, which));
  }

  createCredential({ by, ...credential }: Parameters<AssetStore['createCredential']>[0]) {
    return changing(async () => {
      await this.dataSource.getRepository(CREDENTIALS).insert({ ...credential, createdBy: by });
      return (await this.records(CREDENTIALS, ofId(credential.id)))[0];
    });
  }

  async deleteCredential(id: string): Promise<void> {
    await this.dataSource.getRepository(CREDENTIALS).delete({ id });
  }

  /** Each with its project. */
  private async records<Row extends AssetRow>(table: EntitySchema<Row>, wanted: Wanted) {
    const query = wanted(
      this.dataSource
        .getRepository(table)
        .createQueryBuilder('a')
        .innerJoin('Project', 'p', 'p.id = a.project_id')
        .innerJoin('Department', 'd', 'd.id = p.department_id')
        .addSelect('p.name', 'project_name')
        .addSelect('p.department_id', 'department_id')
        .addSelect('p.cluster_id', 'of_cluster')
        .addSelect('d.tenant_id', 'of_tenant'),
    );
    const { entities, raw } = await query
      .orderBy('a.createdAt')
      .addOrderBy('a.id')
      .getRawAndEntities<OfProject>();
    return entities.map((asset, at) => ({ ...asset, ...toProject(raw[at] as OfProject) }));
  }
}

/** Restricts a query of assets `a` with their projects `p` and departments `d`. */
type Wanted = <Row extends object>(query: SelectQueryBuilder<Row>) => SelectQueryBuilder<Row>;

const ofId =
  (id: string): Wanted =>
  (query) =>
    query.where('a.id = :id', { id });

function visible(seen: Visibility, which: { readonly kind?: string; readonly id?: string }): Wanted {
  const conditions = projectConditions({ seen, filters: [] });
  if (which.kind !== undefined) conditions.add(`a.kind = ${conditions.value(which.kind)}`);
  if (which.id !== undefined) conditions.add(`a.id = ${conditions.value(which.id)}`);
  return (query) => conditions.applyTo(query);
}

const toProject = (row: OfProject) => ({
  projectName: row.project_name,
  departmentId: row.department_id,
  clusterId: row.of_cluster,
  tenantId: row.of_tenant,
});
