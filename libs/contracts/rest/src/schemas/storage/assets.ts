import { z } from 'zod';
import { bounded, DateTime, flag, Id, OrgId, text } from '../primitives';

/** A data volume that workloads of its project mount by its id. */
export const DataVolume = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string().optional(),
    originPvcName: z.string(),
    projectId: z.string(),
    projectName: z.string(),
    departmentId: z.string(),
    clusterId: Id,
    sharedScopes: z.array(
      z.object({
        scopeType: z.enum(['cluster', 'department', 'project']),
        scopeId: z.string(),
        scopeName: z.string(),
      }),
    ),
    status: z.object({ phase: z.enum(['Ready', 'NotReady', 'Creating', 'Deleting', 'Unknown']) }),
    createdAt: DateTime,
    createdBy: z.string(),
    updatedAt: DateTime,
    updatedBy: z.string(),
  })
  .meta({ id: 'Datavolume' });

/** The claim is in the project's namespace; it may be created later. */
export const DataVolumeCreationRequest = z
  .looseObject({
    name: bounded(63).regex(
      /^[a-z][-a-z0-9]{0,62}$/,
      'must be lower-case letters, digits and "-", at most 63',
    ),
    description: z.string().max(127).nullish(),
    originPvcName: z.string().min(1).max(253),
    projectId: OrgId,
    shouldDeleteOriginalVolume: flag(false),
    useOriginalVolume: flag(true),
  })
  .meta({ id: 'DatavolumeCreationFields' });

/** Kinds of credentials: the last part of the path, and the name that the client uses. */
export const CREDENTIAL_KINDS = {
  'access-key': 'accessKey',
  password: 'password',
  'docker-registry': 'dockerRegistry',
  'generic-secret': 'genericSecret',
} as const;
export type CredentialKind = keyof typeof CREDENTIAL_KINDS;
const kinds = Object.values(CREDENTIAL_KINDS);

/** A credential: a name for a Secret in the namespace of a project, without its content. */
export const Credential = z
  .object({
    meta: z.object({
      id: Id,
      name: z.string(),
      description: z.string().optional(),
      kind: z.enum(kinds),
      scope: z.literal('project'),
      projectId: z.int(),
      projectName: z.string(),
      departmentId: z.string(),
      clusterId: Id,
      tenantId: z.int32(),
      createdAt: DateTime,
      createdBy: z.string(),
      updatedAt: DateTime,
      updatedBy: z.string(),
    }),
    spec: z.object({
      existingSecretName: z.string(),
      /** Key of the stored secret material; always absent, since none is stored. */
      keyId: z.literal(0),
    }),
  })
  .meta({ id: 'Credential' });

export const CredentialCreationRequest = z
  .looseObject({
    meta: z.looseObject({
      name: z.string().min(1).max(253),
      description: z.string().max(250).nullish(),
      scope: z.literal('project'),
      projectId: OrgId,
    }),
    spec: z.looseObject({ existingSecretName: text('my-secret') }),
  })
  .meta({ id: 'CredentialCreationRequest' });
