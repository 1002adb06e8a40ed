import { z } from 'zod';
import { ITEMS } from '../bounds';
import { anyText, Id, OrgId, texts } from '../primitives';
import { orgUnitName, stamped } from './org-unit';
import { quotas, QuotaStatus, QuotaStatusNodePool } from './quota';

const NodeTypes = z.looseObject({
  training: texts(ITEMS.nodeTypes).optional(),
  workspace: texts(ITEMS.nodeTypes).optional(),
});
const limitSeconds = z.int().min(1).nullish();
const SchedulingRules = z
  .looseObject({
    interactiveJobMaxIdleDurationSeconds: limitSeconds,
    interactiveJobPreemptIdleDurationSeconds: limitSeconds,
    interactiveJobTimeLimitSeconds: limitSeconds,
    trainingJobMaxIdleDurationSeconds: limitSeconds,
    trainingJobTimeLimitSeconds: limitSeconds,
  })
  .nullish();

const updatable = {
  resources: quotas,
  defaultNodePools: texts(ITEMS.nodePools).nullish(),
  nodeTypes: NodeTypes.nullish(),
  schedulingRules: SchedulingRules,
};

export const ProjectCreationRequest = z
  .looseObject({
    name: orgUnitName,
    clusterId: Id,
    parentId: OrgId.nullish(),
    requestedNamespace: anyText('runai-proj1'),
    ...updatable,
  })
  .meta({ id: 'ProjectCreationRequest' });
export const ProjectUpdateRequest = z.looseObject(updatable).meta({ id: 'ProjectUpdateRequest' });

/** An organisation unit above a project. */
const Parent = z
  .object({
    id: z.string().optional(),
    name: z.string().optional(),
    get parent() {
      return Parent.nullable().optional();
    },
  })
  .meta({ id: 'DepartmentProjectParent' });
export const Project = z
  .object({
    id: z.string().meta({ example: '33' }),
    name: z.string(),
    clusterId: Id,
    parentId: z.string().nullable().optional(),
    parent: Parent.nullable().optional(),
    departmentId: z.string().optional(),
    requestedNamespace: z.string().nullable().optional(),
    ...updatable,
    ...stamped,
    phase: z.string().meta({ example: 'Ready' }),
    /** From here: since 2.19. */
    description: z.string(),
    enforceRunaiScheduler: z.boolean(),
    totalResources: z.object({ gpuQuota: z.number() }),
    effective: z.object({ defaultNodePools: z.array(z.string()), nodeTypes: NodeTypes.nullish() }),
    status: z.object({
      phase: z.string().nullable().optional(),
      phaseMessage: z.string().nullable().optional(),
      namespace: z.string().nullable().optional(),
      quotaStatus: QuotaStatus.optional(),
      nodePoolQuotaStatuses: z.array(QuotaStatusNodePool).optional(),
      additionalStatusData: z.record(z.string(), z.unknown()).nullable().optional(),
    }),
  })
  .meta({ id: 'Project' });
