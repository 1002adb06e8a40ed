import { z } from 'zod';
import { DESIRED_PHASES, MAX_NAME_LENGTH, PHASES } from '@tessera/domain-workload';
import { InferenceSpec } from './inference-spec';
import { DateTime, Id, OrgId } from './primitives';

export const Phase = z.enum(PHASES).meta({ id: 'Phase' });

/** Body of a create request. The domain checks names, with messages of its own. */
export const InferenceCreationRequest = z
  .looseObject({
    name: z.string().meta({ example: 'my-workload-name', minLength: 1, maxLength: MAX_NAME_LENGTH }),
    useGivenNameAsPrefix: z.boolean().nullish().meta({ default: false, example: true }),
    projectId: OrgId.meta({ example: '1' }),
    clusterId: Id.meta({ example: '71f69d83-ba66-4822-adf5-55ce55efd210' }),
    templateId: Id.nullish(),
    spec: InferenceSpec.nullish(),
  })
  .meta({ id: 'InferenceCreationRequest' });
export type InferenceCreationRequest = z.infer<typeof InferenceCreationRequest>;

/** Body of an update request: objects are merged, lists are replaced, null resets a field. */
export const InferenceUpdateRequest = z
  .looseObject({ spec: InferenceSpec.nullish() })
  .meta({ id: 'InferenceUpdateRequest' });

/** Fields of a spec that may be changed after creation (reference §2.5). */
export const UPDATABLE = [
  'command',
  'args',
  'image',
  'imagePullPolicy',
  'workingDir',
  'createHomeDir',
  'probes',
  'environmentVariables',
  'autoscaling',
  'compute',
  'nodePools',
  'nodeType',
  'podAffinity',
  'category',
  'priorityClass',
  'nodeAffinityRequired',
  'servingConfiguration',
  'imagePullSecrets',
  'preemptibility',
] as const;

export const Inference = z
  .object({
    name: z.string().min(1).meta({ example: 'my-workload-name' }),
    requestedName: z.string(),
    workloadId: Id,
    projectId: z.string().meta({ example: '1' }),
    departmentId: z.string().min(1).optional().meta({ example: '2' }),
    clusterId: Id,
    createdBy: z.string().meta({ example: 'test@lab.com' }),
    createdAt: DateTime,
    deletedAt: DateTime.nullable().optional(),
    desiredPhase: z.enum(DESIRED_PHASES),
    actualPhase: Phase.optional(),
    spec: InferenceSpec.nullish(),
  })
  .meta({ id: 'Inference' });
export type Inference = z.infer<typeof Inference>;
