import type { OrgUnitQuery, Visibility } from '@tessera/application-control-plane';
import { QueryConditions, type Conditions, type Field } from '../workloads/filters';
import { DEPARTMENTS, PROJECTS } from '../../entities/organisation';
import { tableOf } from '../../entities/statements';

const text = (sql: string): Field => ({ sql, kind: 'text' });
const uuid = (sql: string): Field => ({ sql: `${sql}::text`, kind: 'uuid' });
const time = (sql: string): Field => ({ sql, kind: 'time' });
/** Filterable fields of an organisation unit, by their name in the API. */
export type Fields = Readonly<Record<string, Field>>;

export const DEPARTMENT_FIELDS: Fields = {
  id: text('d.id'),
  name: text('d.name'),
  clusterId: uuid('d.cluster_id'),
  createdAt: time('d.created_at'),
};
export const PROJECT_FIELDS: Fields = {
  name: text('p.name'),
  clusterId: uuid('p.cluster_id'),
  departmentId: text('p.department_id'),
  parentId: text('p.department_id'),
  parentName: text('d.name'),
  createdAt: time('p.created_at'),
};

/** Conditions for departments: visibility for the caller, and filters. */
export function departmentConditions({ seen, filters }: OrgUnitQuery): QueryConditions {
  const conditions = new QueryConditions();
  conditions.add(`d.tenant_id = ${conditions.value(seen.tenantId)}`);
  if (!seen.all)
    conditions.add(`(d.id = any(${conditions.value(seen.departments)}) or d.cluster_id::text = any(${conditions.value(seen.clusters)})
      or exists (select 1 from ${tableOf(PROJECTS)} p
        where p.department_id = d.id and p.id = any(${conditions.value(seen.projects)})))`);
  addFilters(conditions, DEPARTMENT_FIELDS, filters);
  return conditions;
}

/** Conditions for clusters: those of the tenant that were not deleted, and visibility for the caller. */
export function clusterConditions(seen: Visibility): QueryConditions {
  const conditions = new QueryConditions();
  conditions.add(`c.tenant_id = ${conditions.value(seen.tenantId)} and c.deleted_at is null`);
  if (!seen.all)
    conditions.add(`(c.id::text = any(${conditions.value(seen.clusters)})
      or exists (select 1 from ${tableOf(DEPARTMENTS)} d
        where d.cluster_id = c.id and d.id = any(${conditions.value(seen.departments)}))
      or exists (select 1 from ${tableOf(PROJECTS)} p
        where p.cluster_id = c.id and p.id = any(${conditions.value(seen.projects)})))`);
  return conditions;
}

/** Conditions for projects: visibility for the caller, filters and search. */
export function projectConditions({ seen, filters, search }: OrgUnitQuery): QueryConditions {
  const conditions = new QueryConditions();
  conditions.add(`d.tenant_id = ${conditions.value(seen.tenantId)}`);
  if (!seen.all)
    conditions.add(`(p.id = any(${conditions.value(seen.projects)}) or p.department_id = any(${conditions.value(seen.departments)})
      or p.cluster_id::text = any(${conditions.value(seen.clusters)}))`);
  addFilters(conditions, PROJECT_FIELDS, filters);
  conditions.search('p.name', search);
  return conditions;
}

function addFilters(conditions: Conditions, fields: Fields, filters: OrgUnitQuery['filters']): void {
  for (const filter of filters) {
    const field = fields[filter.field];
    if (field !== undefined) conditions.filter(field, filter);
  }
}
