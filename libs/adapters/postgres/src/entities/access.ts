import type { AccessRuleRecord, SigningKey, SubjectRecord } from '@tessera/application-control-plane';
import { bytes, integer, json, NOW, NULLABLE, PRIMARY, text, time, uuid } from './columns';
import { entity, foreignKey } from './entity';

export const SUBJECTS = entity<SubjectRecord>(
  { name: 'Subject', schema: 'api', tableName: 'subjects' },
  {
    id: uuid(PRIMARY),
    tenantId: integer(),
    kind: text(),
    name: text(),
    clientId: text({ unique: true }),
    secretHash: text(),
    secretVersion: integer({ default: 1 }),
    createdBy: text(),
    createdAt: time(NOW),
    lastLogin: time(NULLABLE),
  },
  {
    uniques: [{ columns: ['tenantId', 'kind', 'name'] }],
    checks: [{ name: 'subjects_kind_check', expression: `kind in ('user', 'app')` }],
    // Unique over lower(client_id collate "C") of users; TypeORM has no indexes over expressions.
    indices: [{ name: 'subjects_email', columns: ['clientId'], unique: true, synchronize: false }],
    foreignKeys: [foreignKey('Tenant', ['tenantId'], ['id'])],
  },
);

export type AccessRuleRow = Omit<AccessRuleRecord, 'scopeName'>;

export const ACCESS_RULES = entity<AccessRuleRow>(
  { name: 'AccessRule', schema: 'api', tableName: 'access_rules' },
  {
    id: integer({ ...PRIMARY, generated: 'increment' }),
    tenantId: integer(),
    subjectId: text(),
    subjectType: text(),
    issuer: text(NULLABLE),
    roleId: integer(),
    scopeType: text(),
    scopeId: text(),
    createdBy: text(),
    createdAt: time(NOW),
  },
  {
    // Unique over all columns that identify a rule, with coalesce(issuer, ''); TypeORM has no indexes over expressions.
    indices: [{ name: 'access_rules_once', columns: ['subjectId'], unique: true, synchronize: false }],
    foreignKeys: [foreignKey('Tenant', ['tenantId'], ['id'])],
  },
);

export interface RefreshTokenRow {
  readonly hash: string;
  readonly subjectId: string;
  readonly expiresAt: string;
}

export const REFRESH_TOKENS = entity<RefreshTokenRow>(
  { name: 'RefreshToken', schema: 'api', tableName: 'refresh_tokens' },
  { hash: text(PRIMARY), subjectId: uuid(), expiresAt: time() },
  { foreignKeys: [foreignKey('Subject', ['subjectId'], ['id'], 'CASCADE')] },
);

/** Either plain or sealed, that is encrypted. */
export interface SigningKeyRow {
  readonly kid: string;
  readonly privateJwk: SigningKey['privateJwk'] | null;
  readonly sealed: Buffer | null;
  /** Name of the encryption key. */
  readonly sealedWith: string | null;
  readonly createdAt: string;
  readonly retiredAt: string | null;
}

export const SIGNING_KEYS = entity<SigningKeyRow>(
  { name: 'SigningKey', schema: 'api', tableName: 'signing_keys' },
  {
    kid: text(PRIMARY),
    privateJwk: json(NULLABLE),
    sealed: bytes(NULLABLE),
    sealedWith: text(NULLABLE),
    createdAt: time(NOW),
    retiredAt: time(NULLABLE),
  },
  {
    checks: [
      {
        name: 'signing_keys_plain_or_sealed',
        expression:
          '(private_jwk is null) = (sealed is not null) and (sealed is null) = (sealed_with is null)',
      },
    ],
  },
);
