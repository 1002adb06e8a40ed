import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type {
  NewServingKey,
  OpenedProject,
  Page,
  ServingKeyChange,
  ServingKeyProjectRow,
  ServingKeyQuery,
  ServingKeyRecord,
  ServingKeyRow,
  ServingKeyState,
  ServingKeyStore,
  Sorting,
} from '@tessera/application-control-plane';
import { written } from '../../entities/entity';
import { SERVING_KEY_PROJECTS, SERVING_KEYS } from '../../entities/serving';
import { DEPARTMENTS, PROJECTS } from '../../entities/organisation';
import { tableOf } from '../../entities/statements';
import type { Fields } from '../organisation/conditions';
import { pageOf } from '../organisation/page';
import { QueryConditions, type Field } from '../workloads/filters';

const text = (sql: string): Field => ({ sql, kind: 'text' });
const time = (sql: string): Field => ({ sql, kind: 'time' });

const FIELDS: Fields = {
  name: text('k.name'),
  hint: text('k.hint'),
  priority: text('k.priority'),
  createdBy: text('k.created_by'),
  createdAt: time('k.created_at'),
  expiresAt: time('k.expires_at'),
};

/** The projects of a key, with the scope of each. */
const OPENS = `(select coalesce(json_agg(json_build_object(
    'tenantId', d.tenant_id, 'clusterId', p.cluster_id, 'departmentId', p.department_id, 'projectId', p.id,
    'projectName', p.name, 'workloadIds', s.workload_ids) order by p.name, p.id), '[]')
  from ${tableOf(SERVING_KEY_PROJECTS)} s join ${tableOf(PROJECTS)} p on p.id = s.project_id
  join ${tableOf(DEPARTMENTS)} d on d.id = p.department_id where s.key_id = k.id)`;
const OPENS_NOTHING = `not exists (select 1 from ${tableOf(SERVING_KEY_PROJECTS)} s where s.key_id = k.id)`;

/** Serving keys on Postgres. Triggers count every change, so that gateways receive it. */
export class PostgresServingKeys implements ServingKeyStore {
  constructor(private readonly dataSource: DataSource) {}

  keys(query: ServingKeyQuery, sorting: Sorting, page: Page) {
    const found = conditionsOf(query).applyTo(this.records());
    return pageOf({ query: found, fields: FIELDS, toItem: toRecord }, sorting, page);
  }

  async key(tenantId: number, id: string): Promise<ServingKeyRecord | undefined> {
    const { entities, raw } = await this.records()
      .where('k.id = :id and k.tenant_id = :tenantId', { id, tenantId })
      .getRawAndEntities<Record<string, unknown>>();
    return entities[0] && toRecord(entities[0], raw[0] ?? {});
  }

  countLiving(projectId: string, now: string): Promise<number> {
    return this.dataSource
      .getRepository(SERVING_KEYS)
      .createQueryBuilder('k')
      .innerJoin('ServingKeyProject', 's', 's.key_id = k.id and s.project_id = :projectId', { projectId })
      .where('k.revoked_at is null and (k.expires_at is null or k.expires_at > :now)', { now })
      .getCount();
  }

  create(key: NewServingKey, opens: readonly Omit<ServingKeyProjectRow, 'keyId'>[]): Promise<void> {
    return this.dataSource.transaction(async (tx) => {
      await tx.insert(SERVING_KEYS, written<ServingKeyRow>({ ...key, updatedBy: key.createdBy }));
      const rows = opens.map((one) => written<ServingKeyProjectRow>({ ...one, keyId: key.id }));
      await tx.insert(SERVING_KEY_PROJECTS, rows);
    });
  }

  async change(id: string, change: ServingKeyChange): Promise<boolean> {
    const { affected } = await this.dataSource
      .createQueryBuilder()
      .update(SERVING_KEYS)
      .set(written<ServingKeyRow>(change))
      .where('id = :id and revoked_at is null', { id })
      .execute();
    return (affected ?? 0) > 0;
  }

  private records(): SelectQueryBuilder<ServingKeyRow> {
    return this.dataSource.getRepository(SERVING_KEYS).createQueryBuilder('k').addSelect(OPENS, 'opens');
  }
}

const toRecord = (row: ServingKeyRow, columns: Readonly<Record<string, unknown>>): ServingKeyRecord => ({
  ...row,
  opens: columns['opens'] as readonly OpenedProject[],
});

function conditionsOf({ seen, projectIds, states, filters, search, now }: ServingKeyQuery): QueryConditions {
  const conditions = new QueryConditions();
  conditions.add(`k.tenant_id = ${conditions.value(seen.tenantId)}`);
  const opens = (test: string): void =>
    conditions.add(`exists (select 1 from ${tableOf(SERVING_KEY_PROJECTS)} s join ${tableOf(PROJECTS)} p on p.id = s.project_id
      where s.key_id = k.id and ${test})`);
  if (!seen.all)
    opens(`(p.id = any(${conditions.value(seen.projects)}) or p.department_id = any(${conditions.value(seen.departments)})
      or p.cluster_id::text = any(${conditions.value(seen.clusters)}))`);
  if (projectIds !== undefined) opens(`p.id = any(${conditions.value(projectIds)})`);
  if (states !== undefined)
    conditions.add(`(${states.map((state) => inState(state, conditions.value(now))).join(' or ')})`);
  for (const filter of filters) {
    const field = FIELDS[filter.field];
    if (field !== undefined) conditions.filter(field, filter);
  }
  conditions.search('k.name', search);
  return conditions;
}

/** The order of the states is that of `stateOf`. */
function inState(state: ServingKeyState, now: string): string {
  const hasExpired = `coalesce(k.expires_at <= ${now}::timestamptz, false)`;
  switch (state) {
    case 'revoked':
      return 'k.revoked_at is not null';
    case 'expired':
      return `(k.revoked_at is null and ${hasExpired})`;
    case 'void':
      return `(k.revoked_at is null and not ${hasExpired} and ${OPENS_NOTHING})`;
    case 'active':
      return `(k.revoked_at is null and not ${hasExpired} and not ${OPENS_NOTHING})`;
  }
}
