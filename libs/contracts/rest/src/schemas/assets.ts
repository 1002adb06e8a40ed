import { z } from 'zod';
import { bounded, DateTime, flag, Id, OrgId, text } from './primitives';

/** A volume with data that workloads of its project mount by its id. */
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

/** The claim is that of the project's namespace; it may be made later. */
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

/** Kinds of credentials, by the last part of their path; the client knows them by the other name. */
export const CREDENTIAL_KINDS = {
  'access-key': 'accessKey',
  password: 'password',
  'docker-registry': 'dockerRegistry',
  'generic-secret': 'genericSecret',
} as const;
export type CredentialKind = keyof typeof CREDENTIAL_KINDS;
const kinds = Object.values(CREDENTIAL_KINDS);

/** The name of a Secret in the namespace of a project, under a name of the organisation; nothing of what is in it. */
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
      /** Key with which secret material is kept; there is none. */
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
