import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type {
  Page,
  ServingLimitsRecord,
  ServingLimitsRow,
  ServingLimitsStore,
  Visibility,
} from '@tessera/application-control-plane';
import { written } from '../../entities/entity';
import { SERVING_LIMITS } from '../../entities/serving';
import { pageOf } from '../organisation/page';
import { QueryConditions } from '../workloads/filters';

/** Limits of projects and workloads on Postgres. A trigger counts every change, so that gateways receive it. */
export class PostgresServingLimits implements ServingLimitsStore {
  constructor(private readonly dataSource: DataSource) {}

  list(seen: Visibility, projectIds: readonly string[] | undefined, page: Page) {
    const conditions = new QueryConditions();
    conditions.add(`d.tenant_id = ${conditions.value(seen.tenantId)}`);
    if (!seen.all)
      conditions.add(`(p.id = any(${conditions.value(seen.projects)}) or p.department_id = any(${conditions.value(seen.departments)})
        or p.cluster_id::text = any(${conditions.value(seen.clusters)}))`);
    if (projectIds !== undefined) conditions.add(`p.id = any(${conditions.value(projectIds)})`);
    const query = conditions.applyTo(this.records());
    return pageOf({ query, fields: {}, toItem: toRecord }, { order: 'asc' }, page);
  }

  async find(id: string): Promise<ServingLimitsRecord | undefined> {
    const { entities, raw } = await this.records()
      .where('l.id = :id', { id })
      .getRawAndEntities<Record<string, unknown>>();
    return entities[0] && toRecord(entities[0], raw[0] ?? {});
  }

  async put(row: Omit<ServingLimitsRow, 'createdAt'>): Promise<void> {
    await this.dataSource.getRepository(SERVING_LIMITS).upsert(written<ServingLimitsRow>(row), ['id']);
  }

  async remove(id: string): Promise<boolean> {
    const { affected } = await this.dataSource.getRepository(SERVING_LIMITS).delete({ id });
    return (affected ?? 0) > 0;
  }

  private records(): SelectQueryBuilder<ServingLimitsRow> {
    return this.dataSource
      .getRepository(SERVING_LIMITS)
      .createQueryBuilder('l')
      .innerJoin('Project', 'p', 'p.id = l.project_id')
      .innerJoin('Department', 'd', 'd.id = p.department_id')
      .leftJoin('Workload', 'w', 'w.id = l.workload_id')
      .addSelect('p.name', 'project_name')
      .addSelect('w.name', 'workload_name');
  }
}

const toRecord = (
  row: ServingLimitsRow,
  columns: Readonly<Record<string, unknown>>,
): ServingLimitsRecord => ({
  ...row,
  projectName: String(columns['project_name']),
  workloadName: (columns['workload_name'] as string | null | undefined) ?? null,
});
