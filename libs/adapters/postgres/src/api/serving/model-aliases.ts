import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type {
  ModelAliasChange,
  ModelAliasQuery,
  ModelAliasRecord,
  ModelAliasRow,
  ModelAliasStore,
  Page,
  Sorting,
} from '@tessera/application-control-plane';
import { written } from '../../entities/entity';
import { MODEL_ALIASES } from '../../entities/serving';
import { DEPARTMENTS, PROJECTS } from '../../entities/organisation';
import { tableOf } from '../../entities/statements';
import type { Fields } from '../organisation/conditions';
import { pageOf } from '../organisation/page';
import { QueryConditions } from '../workloads/filters';

const FIELDS: Fields = {
  name: { sql: 'a.name', kind: 'text' },
  createdAt: { sql: 'a.created_at', kind: 'time' },
  updatedAt: { sql: 'a.updated_at', kind: 'time' },
};

const SCOPE = `(select json_build_object('tenantId', d.tenant_id, 'clusterId', p.cluster_id,
    'departmentId', p.department_id, 'projectId', p.id, 'projectName', p.name)
  from ${tableOf(PROJECTS)} p join ${tableOf(DEPARTMENTS)} d on d.id = p.department_id where p.id = a.project_id)`;

/** Model aliases on Postgres. A trigger counts every change, so that gateways receive it. */
export class PostgresModelAliases implements ModelAliasStore {
  constructor(private readonly dataSource: DataSource) {}

  aliases({ seen, projectIds, search }: ModelAliasQuery, sorting: Sorting, page: Page) {
    const conditions = new QueryConditions();
    conditions.add(`a.tenant_id = ${conditions.value(seen.tenantId)}`);
    const inProject = (test: string): string =>
      `exists (select 1 from ${tableOf(PROJECTS)} p where p.id = a.project_id and ${test})`;
    if (!seen.all)
      conditions.add(
        `(a.project_id is null or ${inProject(`(p.id = any(${conditions.value(seen.projects)})
        or p.department_id = any(${conditions.value(seen.departments)})
        or p.cluster_id::text = any(${conditions.value(seen.clusters)}))`)})`,
      );
    if (projectIds !== undefined) conditions.add(inProject(`p.id = any(${conditions.value(projectIds)})`));
    conditions.search('a.name', search);
    const query = conditions.applyTo(this.records());
    return pageOf({ query, fields: FIELDS, toItem: toRecord }, sorting, page);
  }

  async alias(tenantId: number, id: string): Promise<ModelAliasRecord | undefined> {
    const { entities, raw } = await this.records()
      .where('a.id = :id and a.tenant_id = :tenantId', { id, tenantId })
      .getRawAndEntities<Record<string, unknown>>();
    return entities[0] && toRecord(entities[0], raw[0] ?? {});
  }

  count(tenantId: number): Promise<number> {
    return this.dataSource.getRepository(MODEL_ALIASES).countBy({ tenantId });
  }

  async create(alias: ModelAliasRow): Promise<boolean> {
    const { raw } = await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(MODEL_ALIASES)
      .values(written<ModelAliasRow>(alias))
      .orIgnore()
      .returning('id')
      .execute();
    return (raw as readonly unknown[]).length > 0;
  }

  async change(id: string, change: ModelAliasChange): Promise<boolean> {
    const { affected } = await this.dataSource
      .createQueryBuilder()
      .update(MODEL_ALIASES)
      .set(written<ModelAliasRow>(change))
      .where('id = :id', { id })
      .execute();
    return (affected ?? 0) > 0;
  }

  async remove(id: string): Promise<boolean> {
    const { affected } = await this.dataSource.getRepository(MODEL_ALIASES).delete({ id });
    return (affected ?? 0) > 0;
  }

  private records(): SelectQueryBuilder<ModelAliasRow> {
    return this.dataSource.getRepository(MODEL_ALIASES).createQueryBuilder('a').addSelect(SCOPE, 'scope');
  }
}

const toRecord = (row: ModelAliasRow, columns: Readonly<Record<string, unknown>>): ModelAliasRecord => ({
  ...row,
  scope: columns['scope'] as ModelAliasRecord['scope'],
});
