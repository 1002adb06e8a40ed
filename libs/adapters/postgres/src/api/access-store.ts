import type { DataSource } from 'typeorm';
import type {
  AccessRuleQuery,
  AccessRuleRecord,
  AccessStore,
  Changed,
  NewSubject,
  Page,
  ScopeType,
  SubjectRecord,
} from '@tessera/application-control-plane';
import { changing } from './changing';
import { Conditions } from './filters';

interface SubjectRow {
  readonly id: string;
  readonly kind: 'user' | 'app';
  readonly tenant_id: number;
  readonly name: string;
  readonly client_id: string;
  readonly secret_hash: string;
  readonly secret_version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly last_login: Date | null;
}

interface RuleRow {
  readonly id: number;
  readonly tenant_id: number;
  readonly subject_id: string;
  readonly subject_type: AccessRuleRecord['subjectType'];
  readonly issuer: string | null;
  readonly role_id: number;
  readonly scope_type: ScopeType;
  readonly scope_id: string;
  readonly scope_name: string;
  readonly created_at: Date;
  readonly created_by: string;
}

const toSubject = (row: SubjectRow): SubjectRecord => ({
  id: row.id,
  kind: row.kind,
  tenantId: row.tenant_id,
  name: row.name,
  clientId: row.client_id,
  secretHash: row.secret_hash,
  secretVersion: row.secret_version,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  lastLogin: row.last_login?.toISOString() ?? null,
});

const toRule = (row: RuleRow): AccessRuleRecord => ({
  id: row.id,
  tenantId: row.tenant_id,
  subjectId: row.subject_id,
  subjectType: row.subject_type,
  issuer: row.issuer,
  roleId: row.role_id,
  scopeType: row.scope_type,
  scopeId: row.scope_id,
  scopeName: row.scope_name,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
});

const SCOPE_NAME = `coalesce(case r.scope_type
  when 'tenant' then (select t.name from api.tenants t where t.id::text = r.scope_id)
  when 'cluster' then (select c.name from api.clusters c where c.id::text = r.scope_id)
  when 'department' then (select d.name from api.departments d where d.id = r.scope_id)
  when 'project' then (select p.name from api.projects p where p.id = r.scope_id)
  end, r.scope_id) as scope_name`;

/** Users, applications and access rules on Postgres. */
export class PostgresAccess implements AccessStore {
  constructor(private readonly dataSource: DataSource) {}

  async subjects(tenantId: number, kind: 'user' | 'app'): Promise<readonly SubjectRecord[]> {
    const rows: SubjectRow[] = await this.dataSource.query(
      'select * from api.subjects where tenant_id = $1 and kind = $2 order by created_at, id',
      [tenantId, kind],
    );
    return rows.map(toSubject);
  }

  async subject(tenantId: number, kind: 'user' | 'app', id: string): Promise<SubjectRecord | undefined> {
    const rows: SubjectRow[] = await this.dataSource.query(
      'select * from api.subjects where tenant_id = $1 and kind = $2 and id = $3',
      [tenantId, kind, id],
    );
    return rows[0] && toSubject(rows[0]);
  }

  createSubject(subject: NewSubject): Promise<Changed<SubjectRecord>> {
    return changing(async () => {
      const rows: SubjectRow[] = await this.dataSource.query(
        `insert into api.subjects (id, tenant_id, kind, name, client_id, secret_hash, created_by)
         values ($1, $2, $3, $4, $5, $6, $7) returning *`,
        [
          subject.id,
          subject.tenantId,
          subject.kind,
          subject.name,
          subject.clientId,
          subject.secretHash,
          subject.createdBy,
        ],
      );
      return rows[0] && toSubject(rows[0]);
    });
  }

  async setSecret(id: string, secretHash: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await tx.query(
        'update api.subjects set secret_hash = $2, secret_version = secret_version + 1 where id = $1',
        [id, secretHash],
      );
      await tx.query('delete from api.refresh_tokens where subject_id = $1', [id]);
    });
  }

  async deleteSubject(id: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      // A user with that email may come from another issuer; the client id of an application is unique.
      await tx.query(
        `delete from api.access_rules r where r.subject_id = $1 or (r.subject_type = 'app' and r.issuer is null
           and r.subject_id = (select client_id from api.subjects where id::text = $1 and kind = 'app'))`,
        [id],
      );
      await tx.query('delete from api.subjects where id = $1', [id]);
    });
  }

  async rules(query: AccessRuleQuery, { offset, limit }: Page) {
    const conditions = ruleConditions(query);
    const where = conditions.where();
    const counted: { count: string }[] = await this.dataSource.query(
      `select count(*) as count from api.access_rules r ${where}`,
      [...conditions.values],
    );
    const rows: RuleRow[] = await this.dataSource.query(
      `select r.*, ${SCOPE_NAME} from api.access_rules r ${where} order by r.id limit ${conditions.value(limit)} offset ${conditions.value(offset)}`,
      conditions.values,
    );
    return { rules: rows.map(toRule), total: Number(counted[0]?.count ?? 0) };
  }

  async rule(id: number, tenantId: number): Promise<AccessRuleRecord | undefined> {
    const rows: RuleRow[] = await this.dataSource.query(
      `select r.*, ${SCOPE_NAME} from api.access_rules r where r.id = $1 and r.tenant_id = $2`,
      [id, tenantId],
    );
    return rows[0] && toRule(rows[0]);
  }

  createRule(
    rule: Omit<AccessRuleRecord, 'id' | 'scopeName' | 'createdAt'>,
  ): Promise<Changed<AccessRuleRecord>> {
    return changing(async () => {
      const rows: RuleRow[] = await this.dataSource.query(
        `insert into api.access_rules as r (tenant_id, subject_id, subject_type, issuer, role_id, scope_type, scope_id, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning r.*, ${SCOPE_NAME}`,
        [
          rule.tenantId,
          rule.subjectId,
          rule.subjectType,
          rule.issuer,
          rule.roleId,
          rule.scopeType,
          rule.scopeId,
          rule.createdBy,
        ],
      );
      return rows[0] && toRule(rows[0]);
    });
  }

  async deleteRule(id: number): Promise<void> {
    await this.dataSource.query('delete from api.access_rules where id = $1', [id]);
  }
}

/** A rule is visible to callers who may see its scope or a scope above it. */
function ruleConditions(query: AccessRuleQuery): Conditions {
  const { seen, subjectType, subjectIdFilter, scopeType, scopeId, roleId } = query;
  const conditions = new Conditions();
  conditions.add(`r.tenant_id = ${conditions.value(seen.tenantId)}`);
  if (!seen.all) {
    const [clusters, departments, projects] = [seen.clusters, seen.departments, seen.projects].map((ids) =>
      conditions.value(ids),
    );
    conditions.add(`((r.scope_type = 'cluster' and r.scope_id = any(${clusters}))
      or (r.scope_type = 'department' and exists (select 1 from api.departments d where d.id = r.scope_id
        and (d.id = any(${departments}) or d.cluster_id::text = any(${clusters}))))
      or (r.scope_type = 'project' and exists (select 1 from api.projects p where p.id = r.scope_id
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
