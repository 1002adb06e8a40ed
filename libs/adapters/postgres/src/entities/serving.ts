import type {
  ModelAliasRow,
  ServingKeyRow,
  ServingKeyProjectRow,
  ServingLimitsRow,
} from '@tessera/application-control-plane';
import { counter, integer, json, NOW, NULLABLE, PRIMARY, text, time, uuid } from './columns';
import { entity, foreignKey } from './entity';

export const SERVING_KEYS = entity<ServingKeyRow>(
  { name: 'ServingKey', schema: 'api', tableName: 'serving_keys' },
  {
    id: uuid(PRIMARY),
    tenantId: integer(),
    name: text(),
    digest: text({ unique: true }),
    hint: text(),
    previousDigest: text(NULLABLE),
    previousUntil: time(NULLABLE),
    expiresAt: time(NULLABLE),
    limits: json(),
    priority: text(),
    createdBy: text(),
    updatedBy: text(),
    createdAt: time(NOW),
    updatedAt: time(NOW),
    revokedAt: time(NULLABLE),
  },
  {
    checks: [{ name: 'serving_keys_priority_check', expression: `priority in ('low', 'normal', 'high')` }],
    foreignKeys: [foreignKey('Tenant', ['tenantId'], ['id'])],
  },
);

export const SERVING_KEY_PROJECTS = entity<ServingKeyProjectRow>(
  { name: 'ServingKeyProject', schema: 'api', tableName: 'serving_key_projects' },
  { keyId: uuid(PRIMARY), projectId: text(PRIMARY), workloadIds: json(NULLABLE) },
  {
    indices: [{ name: 'serving_key_projects_by_project', columns: ['projectId'] }],
    foreignKeys: [
      foreignKey('ServingKey', ['keyId'], ['id'], 'CASCADE'),
      foreignKey('Project', ['projectId'], ['id'], 'CASCADE'),
    ],
  },
);

export const MODEL_ALIASES = entity<ModelAliasRow>(
  { name: 'ModelAlias', schema: 'api', tableName: 'model_aliases' },
  {
    id: uuid(PRIMARY),
    tenantId: integer(),
    name: text(),
    projectId: text(NULLABLE),
    place: text(),
    targets: json(),
    fallbacks: json(),
    waitSeconds: integer(NULLABLE),
    createdBy: text(),
    updatedBy: text(),
    createdAt: time(NOW),
    updatedAt: time(NOW),
  },
  {
    uniques: [{ columns: ['tenantId', 'place', 'name'] }],
    indices: [{ name: 'model_aliases_by_project', columns: ['projectId'] }],
    foreignKeys: [
      foreignKey('Tenant', ['tenantId'], ['id']),
      foreignKey('Project', ['projectId'], ['id'], 'CASCADE'),
    ],
  },
);

export const SERVING_LIMITS = entity<ServingLimitsRow>(
  { name: 'ServingLimits', schema: 'api', tableName: 'serving_limits' },
  {
    id: text(PRIMARY),
    projectId: text(),
    workloadId: uuid(NULLABLE),
    limits: json(),
    createdAt: time(NOW),
    updatedAt: time(),
    updatedBy: text(),
  },
  {
    indices: [
      { name: 'serving_limits_by_project', columns: ['projectId'] },
      { name: 'serving_limits_by_workload', columns: ['workloadId'] },
    ],
    foreignKeys: [
      foreignKey('Project', ['projectId'], ['id'], 'CASCADE'),
      foreignKey('Workload', ['workloadId'], ['id'], 'CASCADE'),
    ],
  },
);

/** The single row that counts changes of the data that gateways receive. */
export interface GatewayFeedRow {
  readonly id: number;
  readonly revision: number;
}

export const GATEWAY_FEED = entity<GatewayFeedRow>(
  { name: 'GatewayFeed', schema: 'api', tableName: 'gateway_feed' },
  { id: integer(PRIMARY), revision: counter({ default: 1 }) },
);
