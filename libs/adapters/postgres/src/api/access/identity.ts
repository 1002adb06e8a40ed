import type { DataSource } from 'typeorm';
import type {
  ForeignIdentity,
  Grant,
  Identity,
  OwnIdentity,
  Subject,
  SubjectRecord,
  SubjectStore,
} from '@tessera/application-control-plane';
import { ACCESS_RULES, REFRESH_TOKENS, SUBJECTS } from '../../entities/access';

/** A condition on access rules, and the values of its parameters. */
type Condition = readonly [string, Readonly<Record<string, unknown>>];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ruleOfOwn = ({ issuer, id, named: { kind, name } }: OwnIdentity): Condition => [
  `(issuer is null or issuer = :issuer) and ((subject_id = :id and subject_type <> 'group')
     or (subject_id = :name and subject_type = :kind))`,
  { id, name, kind, issuer },
];

/** Users, applications and their access rules. */
export class PostgresSubjects implements SubjectStore {
  constructor(private readonly dataSource: DataSource) {}

  async byClientId(kind: Subject['kind'], clientId: string): Promise<Subject | undefined> {
    const subjects = this.dataSource.getRepository(SUBJECTS);
    const found: SubjectRecord | null =
      kind === 'user'
        ? await subjects
            .createQueryBuilder('s')
            .where(`s.kind = 'user' and lower(s.client_id collate "C") = :clientId`, { clientId })
            .getOne()
        : await subjects.findOneBy({ kind, clientId });
    return toSubject(found);
  }

  async byId(id: string): Promise<Subject | undefined> {
    return toSubject(await this.dataSource.getRepository(SUBJECTS).findOneBy({ id }));
  }

  async grants(identity: Identity): Promise<readonly Grant[]> {
    const [condition, values] =
      identity.kind === 'own' ? ruleOfOwn(identity) : await this.ruleOfForeign(identity);
    const query = this.dataSource
      .getRepository(ACCESS_RULES)
      .createQueryBuilder('r')
      .where(condition, values)
      .orderBy('r.id');
    return (await query.getMany()).map(({ roleId, scopeType, scopeId }) => ({ roleId, scopeType, scopeId }));
  }

  /** Emails are recognised by their `@`, so that no `sub` can be taken for an email. */
  private async ruleOfForeign({ issuer, sub, email, groups, only }: ForeignIdentity): Promise<Condition> {
    const isOfOurs = UUID.test(sub) && (await this.byId(sub)) !== undefined;
    return [
      `(subject_type = 'user' and subject_id = :email and (issuer = :issuer or issuer is null))
       or (subject_type = 'user' and subject_id = :sub and position('@' in subject_id) = 0
         and (issuer = :issuer or (issuer is null and :onlyTheirs)))
       or (subject_type = 'service-account' and subject_id = :sub
         and (issuer = :issuer or (issuer is null and :onlyTheirs)))
       or (subject_type = 'app' and subject_id = :sub and issuer = :issuer)
       or (subject_type = 'group' and subject_id = any(:groups)
         and (issuer = :issuer or (issuer is null and :only)))`,
      { issuer, sub, email: email ?? null, groups, onlyTheirs: only && !isOfOurs, only },
    ];
  }

  async saveRefreshToken(hash: string, subjectId: string, expiresAt: string): Promise<void> {
    const tokens = this.dataSource.getRepository(REFRESH_TOKENS);
    await tokens.createQueryBuilder().delete().where('expires_at < now()').execute();
    await tokens.insert({ hash, subjectId, expiresAt });
  }

  async useRefreshToken(hash: string, now: string): Promise<string | undefined> {
    const { raw } = (await this.dataSource
      .getRepository(REFRESH_TOKENS)
      .createQueryBuilder()
      .delete()
      .where('hash = :hash and expires_at > :now', { hash, now })
      .returning('subject_id')
      .execute()) as { readonly raw: readonly { readonly subject_id: string }[] };
    return raw[0]?.subject_id;
  }
}

function toSubject(found: SubjectRecord | null): Subject | undefined {
  if (found === null) return undefined;
  const { createdAt: _at, createdBy: _by, lastLogin: _login, ...subject } = found;
  return subject;
}
