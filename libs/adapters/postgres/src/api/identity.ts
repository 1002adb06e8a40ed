import type { DataSource } from 'typeorm';
import type {
  ForeignIdentity,
  Grant,
  Identity,
  OwnIdentity,
  ScopeType,
  Subject,
  SubjectStore,
} from '@tessera/application-control-plane';

interface SubjectRow {
  readonly id: string;
  readonly kind: 'user' | 'app';
  readonly tenant_id: number;
  readonly name: string;
  readonly client_id: string;
  readonly secret_hash: string;
  readonly secret_version: number;
}

/** A condition on access rules, and the values of its parameters. */
type Condition = readonly [string, unknown[]];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const toSubject = (row: SubjectRow): Subject => ({
  id: row.id,
  kind: row.kind,
  tenantId: row.tenant_id,
  name: row.name,
  clientId: row.client_id,
  secretHash: row.secret_hash,
  secretVersion: row.secret_version,
});

const ruleOfOwn = ({ issuer, id, named: { kind, name } }: OwnIdentity): Condition => [
  `(issuer is null or issuer = $4) and ((subject_id = $1 and subject_type <> 'group')
     or (subject_id = $2 and subject_type = $3))`,
  [id, name, kind, issuer],
];

/** Users, applications and their access rules. */
export class PostgresSubjects implements SubjectStore {
  constructor(private readonly dataSource: DataSource) {}

  async byClientId(kind: Subject['kind'], clientId: string): Promise<Subject | undefined> {
    const condition =
      kind === 'user'
        ? `kind = 'user' and lower(client_id collate "C") = $1`
        : `kind = 'app' and client_id = $1`;
    const rows: SubjectRow[] = await this.dataSource.query(`select * from api.subjects where ${condition}`, [
      clientId,
    ]);
    return rows[0] && toSubject(rows[0]);
  }

  async byId(id: string): Promise<Subject | undefined> {
    const rows: SubjectRow[] = await this.dataSource.query('select * from api.subjects where id = $1', [id]);
    return rows[0] && toSubject(rows[0]);
  }

  async grants(identity: Identity): Promise<readonly Grant[]> {
    const [condition, values] =
      identity.kind === 'own' ? ruleOfOwn(identity) : await this.ruleOfForeign(identity);
    const rows: { role_id: number; scope_type: ScopeType; scope_id: string }[] = await this.dataSource.query(
      `select role_id, scope_type, scope_id from api.access_rules where ${condition} order by id`,
      values,
    );
    return rows.map((row) => ({ roleId: row.role_id, scopeType: row.scope_type, scopeId: row.scope_id }));
  }

  /** Emails are recognised by their `@`, so that no `sub` can be taken for an email. */
  private async ruleOfForeign({ issuer, sub, email, groups, only }: ForeignIdentity): Promise<Condition> {
    const isOfOurs = UUID.test(sub) && (await this.byId(sub)) !== undefined;
    return [
      `(subject_type = 'user' and subject_id = $3 and (issuer = $1 or issuer is null))
       or (subject_type = 'user' and subject_id = $2 and position('@' in subject_id) = 0 and (issuer = $1 or (issuer is null and $5)))
       or (subject_type = 'service-account' and subject_id = $2 and (issuer = $1 or (issuer is null and $5)))
       or (subject_type = 'app' and subject_id = $2 and issuer = $1)
       or (subject_type = 'group' and subject_id = any($4) and (issuer = $1 or (issuer is null and $6)))`,
      [issuer, sub, email ?? null, groups, only && !isOfOurs, only],
    ];
  }

  async saveRefreshToken(hash: string, subjectId: string, expiresAt: string): Promise<void> {
    await this.dataSource.query('delete from api.refresh_tokens where expires_at < now()');
    await this.dataSource.query(
      'insert into api.refresh_tokens (hash, subject_id, expires_at) values ($1, $2, $3)',
      [hash, subjectId, expiresAt],
    );
  }

  async useRefreshToken(hash: string, now: string): Promise<string | undefined> {
    const [rows]: [{ subject_id: string }[], number] = await this.dataSource.query(
      'delete from api.refresh_tokens where hash = $1 and expires_at > $2 returning subject_id',
      [hash, now],
    );
    return rows[0]?.subject_id;
  }
}
