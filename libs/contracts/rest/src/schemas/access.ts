import { z } from 'zod';
import { LENGTH } from './bounds';
import { DateTime, Id } from './primitives';

export const Application = z
  .object({
    id: Id,
    name: z.string(),
    clientId: z.string(),
    enabled: z.boolean(),
    createdAt: DateTime,
    createdBy: z.string(),
    lastLogin: DateTime.nullable().optional(),
  })
  .meta({ id: 'Application' });
export const ApplicationWithSecret = Application.extend({
  clientSecret: z.string(),
  /** The name of the secret in the first release. */
  secret: z.string(),
}).meta({ id: 'ApplicationWithSecret' });
export const ApplicationCreationRequest = z
  .looseObject({ name: z.string().min(1).max(255), clientId: z.string().min(1).max(255).nullish() })
  .meta({ id: 'ApplicationCreationRequest' });
export const Secret = z.object({ clientSecret: z.string() }).meta({ id: 'ApplicationSecret' });

export const User = z
  .object({
    id: Id,
    username: z.string(),
    type: z.literal('local'),
    createdAt: DateTime,
    createdBy: z.string(),
    lastLogin: DateTime.nullable().optional(),
  })
  .meta({ id: 'User' });
export const UserWithPassword = User.extend({ tempPassword: z.string() }).meta({ id: 'UserWithPassword' });
export const UserCreationRequest = z
  .looseObject({ email: z.email().max(LENGTH.id), resetPassword: z.boolean().nullish() })
  .meta({ id: 'UserCreationRequest' });

export const SUBJECT_TYPES = ['user', 'app', 'group', 'service-account'] as const;
export const ACCESS_SCOPES = ['system', 'tenant', 'cluster', 'department', 'project'] as const;

const ruleFields = {
  subjectId: z.string().min(1).max(LENGTH.id),
  subjectType: z.enum(SUBJECT_TYPES),
  roleId: z.int(),
  scopeId: z.string().min(1).max(LENGTH.id),
  scopeType: z.enum(ACCESS_SCOPES),
};
const issuer = z.string().min(1).max(2048).nullish().meta({
  description:
    'Issuer (`iss`) of the tokens that identify the subject. Required for groups, and for users by `sub`, where several issuers besides the built-in one are trusted. Without it, an email matches every subject for whom the email is verified.',
});
export const AccessRuleCreationRequest = z
  .looseObject({ ...ruleFields, issuer, clusterId: Id.nullish() })
  .meta({ id: 'AccessRuleCreationRequest' });
export const AccessRule = z
  .object({
    id: z.int(),
    ...ruleFields,
    issuer: z.string().optional(),
    roleName: z.string(),
    scopeName: z.string(),
    tenantId: z.int32(),
    clusterId: Id.nullable().optional(),
    createdAt: DateTime,
    updatedAt: DateTime,
    createdBy: z.string(),
    deletedAt: DateTime.nullable().optional(),
  })
  .meta({ id: 'AccessRule' });

const actions = z.array(z.enum(['create', 'read', 'update', 'delete']));
/** Sections of the reference product's console that group its resource types. */
export const RESOURCE_GROUPS = [
  'organization',
  'physical-resource',
  'iam',
  'dashboard',
  'workload',
  'workload-asset',
] as const;
export const PermittedActions = z.object({
  resourceType: z.string(),
  displayName: z.string(),
  groupId: z.enum(RESOURCE_GROUPS),
  actions,
});
export const Role = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string(),
    permissions: z.array(PermittedActions),
    createdAt: DateTime,
    createdBy: z.string(),
    updatedAt: DateTime,
    kind: z.literal('predefined'),
    custom: z.literal(false),
    enabled: z.literal(true),
    effectiveEnabled: z.literal(true),
  })
  .meta({ id: 'Role' });
