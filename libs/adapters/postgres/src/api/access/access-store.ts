import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type {
  AccessRuleQuery,
  AccessRuleRecord,
  AccessStore,
  Changed,
  NewSubject,
  Page,
  SubjectRecord,
} from '@tessera/application-control-plane';
import { ACCESS_RULES, type AccessRuleRow, REFRESH_TOKENS, SUBJECTS } from '../../entities/access';
import { CLUSTERS, DEPARTMENTS, PROJECTS, TENANTS } from '../../entities/organisation';
import { tableOf } from '../../entities/statements';
import { changing } from '../workloads/changing';
import { QueryConditions } from '../workloads/filters';

/** Name of the scope of the rule `r`, or its id if it has been deleted. */
const SCOPE_NAME = `coalesce(case r.scope_type
  when 'tenant' then (select t.name from ${tableOf(TENANTS)} t where t.id::text = r.scope_id)
  when 'cluster' then (select c.name from ${tableOf(CLUSTERS)} c where c.id::text = r.scope_id)
  when 'department' then (select d.name from ${tableOf(DEPARTMENTS)} d where d.id = r.scope_id)
  when 'project' then (select p.name from ${tableOf(PROJECTS)} p where p.id = r.scope_id)
  end, r.scope_id)`;

/** Users, applications and access rules on Postgres. */
export class PostgresAccess implements AccessStore {
  constructor(private readonly dataSource: DataSource) {}

  subjects(tenantId: number, kind: 'user' | 'app'): Promise<readonly SubjectRecord[]> {
    const order = { createdAt: 'asc', id: 'asc' } as const;
    return this.dataSource.getRepository(SUBJECTS).find({ where: { tenantId, kind }, order });
  }

  async subject(tenantId: number, kind: 'user' | 'app', id: string): Promise<SubjectRecord | undefined> {
    const found = await this.dataSource.getRepository(SUBJECTS).findOneBy({ tenantId, kind, id });
    return found ?? undefined;
  }

  createSubject(subject: NewSubject): Promise<Changed<SubjectRecord>> {
    return changing(async () => {
      await this.dataSource.getRepository(SUBJECTS).insert(subject);
      return this.subject(subject.tenantId, subject.kind, subject.id);
    });
  }

  async setSecret(id: string, secretHash: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await tx.update(SUBJECTS, { id }, { secretHash, secretVersion: () => 'secret_version + 1' });
      await tx.delete(REFRESH_TOKENS, { subjectId: id });
    });
  }

  async deleteSubject(id: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      // A user with that email may come from another issuer; the client id of an application is unique.
      await tx
        .createQueryBuilder()
        .delete()
        .from(ACCESS_RULES)
        .where(
          `subject_id = :id or (subject_type = 'app' and issuer is null
             and subject_id = (select client_id from ${tableOf(SUBJECTS)} where id::text = :id and kind = 'app'))`,
          { id },
        )
        .execute();
      await tx.delete(SUBJECTS, { id });
    });
  }

  async rules(query: AccessRuleQuery, { offset, limit }: Page) {
    const found = ruleConditions(query).applyTo(this.ruleQuery());
    const total = await found.getCount();
    return { rules: await rulesOf(found.orderBy('r.id').limit(limit).offset(offset)), total };
  }

  async rule(id: number, tenantId: number): Promise<AccessRuleRecord | undefined> {
    const found = this.ruleQuery().where('r.id = :id and r.tenant_id = :tenantId', { id, tenantId });
    return (await rulesOf(found))[0];
  }

  createRule(
    rule: Omit<AccessRuleRecord, 'id' | 'scopeName' | 'createdAt'>,
  ): Promise<Changed<AccessRuleRecord>> {
    return changing(async () => {
      const { identifiers } = await this.dataSource.getRepository(ACCESS_RULES).insert(rule);
      return this.rule((identifiers[0] as { readonly id: number }).id, rule.tenantId);
    });
  }

  async deleteRule(id: number): Promise<void> {
    await this.dataSource.getRepository(ACCESS_RULES).delete({ id });
  }

  private ruleQuery(): SelectQueryBuilder<AccessRuleRow> {
    return this.dataSource
      .getRepository(ACCESS_RULES)
      .createQueryBuilder('r')
      .addSelect(SCOPE_NAME, 'scope_name');
  }
}

async function rulesOf(query: SelectQueryBuilder<AccessRuleRow>): Promise<AccessRuleRecord[]> {
  const { entities, raw } = await query.getRawAndEntities<{ readonly scope_name: string }>();
  return entities.map((rule, at) => ({ ...rule, scopeName: raw[at]?.scope_name ?? rule.scopeId }));
}

/** A rule is visible to callers who may see its scope or a scope above it. */
function ruleConditions(query: AccessRuleQuery): QueryConditions {
  const { seen, subjectType, subjectIdFilter, scopeType, scopeId, roleId } = query;
  const conditions = new QueryConditions();
  conditions.add(`r.tenant_id = ${conditions.value(seen.tenantId)}`);
  if (!seen.all) {
    const [clusters, departments, projects] = [seen.clusters, seen.departments, seen.projects].map((ids) =>
      conditions.value(ids),
    );
    conditions.add(`((r.scope_type = 'cluster' and r.scope_id = any(${clusters}))
      or (r.scope_type = 'department' and exists (select 1 from ${tableOf(DEPARTMENTS)} d where d.id = r.scope_id
        and (d.id = any(${departments}) or d.cluster_id::text = any(${clusters}))))
      or (r.scope_type = 'project' and exists (select 1 from ${tableOf(PROJECTS)} p where p.id = r.scope_id
        and (p.id = any(${projects}) or p.department_id = any(${departments}) or p.cluster_id::text = any(${clusters})))))`);
  }
  if (subjectType !== undefined) conditions.add(`r.subject_type = ${conditions.value(subjectType)}`);
  if (subjectIdFilter !== undefined)
    conditions.add(`position(${conditions.value(subjectIdFilter)} in r.subject_id) > 0`);
  if (scopeType !== undefined) conditions.add(`r.scope_type = ${conditions.value(scopeType)}`);
  if (scopeId !== undefined) conditions.add(`r.scope_id = ${conditions.value(scopeId)}`);
  if (roleId !== undefined) conditions.add(`r.role_id = ${conditions.value(roleId)}`);
  return conditions;
}
