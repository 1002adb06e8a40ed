import { z } from 'zod';
import { MIG_PROFILES } from './inference-fields';
import { Phase } from './inference';
import { DateTime, Id } from './primitives';

const optionalText = z.string().optional();
const quantityText = z.string().nullable().optional();
const cores = z.number().nullable().optional();

const ExtendedResources = z
  .array(
    z.looseObject({
      resource: z.string().nullish(),
      quantity: z.string().nullish(),
      exclude: z.boolean().nullish(),
    }),
  )
  .nullable()
  .optional();
const GpuRequestType = z.enum(['portion', 'memory', 'migProfile']).nullable().optional();
const Cores = z.object({ request: cores, limit: cores }).nullable().optional();
const QuantityPair = z.object({ request: quantityText, limit: quantityText }).nullable().optional();

const requested = {
  gpuRequestType: GpuRequestType,
  gpu: Cores,
  gpuMemory: QuantityPair,
  cpu: Cores,
  cpuMemory: QuantityPair,
  extendedResources: ExtendedResources,
};
const allocated = {
  gpu: cores,
  gpuMemory: quantityText,
  cpu: cores,
  cpuMemory: quantityText,
  extendedResources: ExtendedResources,
};
const migProfiles = z.array(z.enum(MIG_PROFILES)).nullable().optional();
const migProfile = z.enum(MIG_PROFILES).nullable().optional();

export const WorkloadRequestResources = z
  .object({ ...requested, migProfile: migProfiles })
  .nullable()
  .meta({ id: 'WorkloadRequestResources' });
export const WorkloadAllocatedResources = z
  .object({ ...allocated, migProfile: migProfiles })
  .nullable()
  .meta({ id: 'WorkloadAllocatedResources' });
const PodRequestResources = z.object({ ...requested, migProfile }).nullable();
const AllocatedResources = z.object({ ...allocated, migProfile }).nullable();

const Connection = z.object({
  name: z.string(),
  toolType: z.string(),
  connectionType: z.string(),
  url: optionalText,
  authorizedUsers: z.array(z.string()).optional(),
  authorizedGroups: z.array(z.string()).optional(),
});

export const WorkloadCondition = z.object({
  type: z.string(),
  status: z.string(),
  message: optionalText,
  reason: optionalText,
  lastTransitionTime: DateTime.nullable().optional(),
});

/** Entry of the workload list. */
export const Workload = z
  .object({
    type: z.string().meta({ example: 'Inference' }),
    name: z.string(),
    id: Id,
    source: z.enum(['CLI', 'Control-plane', 'Other']),
    priorityClassName: z.string(),
    /** Since 2.20; set only for classes with a number in the cluster. */
    priority: z.int32().nullable(),
    preemptible: z.boolean().nullable().optional(),
    submittedBy: optionalText,
    clusterId: Id,
    projectName: z.string(),
    projectId: z.string(),
    departmentName: z.string(),
    departmentId: z.string(),
    namespace: z.string().meta({ example: 'runai-proj-1' }),
    createdAt: DateTime,
    completedAt: DateTime.nullable().optional(),
    deletedAt: DateTime.nullable(),
    updatedAt: DateTime,
    phase: Phase,
    phaseMessage: optionalText,
    phaseUpdatedAt: DateTime,
    k8sPhase: z.string(),
    k8sPhaseUpdatedAt: DateTime,
    conditions: z.array(WorkloadCondition),
    tenantId: z.int32().meta({ example: 1001 }),
    runningPods: z.int32(),
    requestedPods: z
      .object({
        number: z.int32().nullable().optional(),
        min: z.int32().nullable().optional(),
        max: z.int32().nullable().optional(),
        parallelism: z.int32().nullable().optional(),
        completions: z.int32().nullable().optional(),
      })
      .optional(),
    requestedNodePools: z.array(z.string()).optional(),
    currentNodePools: z.array(z.string()).optional(),
    images: z.array(z.string()).optional(),
    urls: z.array(z.string()).optional(),
    datasources: z.array(z.object({ id: Id, name: z.string(), type: optionalText })).optional(),
    environments: z
      .array(
        z.object({
          id: Id,
          name: z.string(),
          connections: z.array(Connection).optional(),
          replicaType: z.enum(['Master', 'Worker']).nullable().optional(),
        }),
      )
      .optional(),
    externalConnections: z.array(Connection).optional(),
    actionsSupport: z.object({ delete: z.boolean().optional(), suspend: z.boolean().optional() }).optional(),
    additionalFields: z.record(z.string(), z.unknown()).optional(),
    distributedFramework: optionalText,
    childrenIds: z.array(z.object({ id: Id, type: optionalText })).optional(),
    workloadRequestedResources: WorkloadRequestResources.optional(),
    podsRequestedResources: WorkloadRequestResources.optional(),
    allocatedResources: WorkloadAllocatedResources.optional(),
    category: z.string().nullable().optional(),
  })
  .meta({ id: 'Workload' });
export type Workload = z.infer<typeof Workload>;

const PodToleration = z.object({
  key: optionalText,
  operator: optionalText,
  value: optionalText,
  effect: optionalText,
  tolerationSeconds: z.int().nullable().optional(),
});

export const Pod = z
  .object({
    name: z.string(),
    id: Id,
    workloadId: Id,
    clusterId: Id,
    projectId: optionalText,
    priorityClassName: z.string(),
    createdAt: DateTime,
    completedAt: DateTime.nullable().optional(),
    deletedAt: DateTime.nullable().optional(),
    updatedAt: DateTime,
    containers: z.array(
      z.object({ name: z.string(), image: z.string(), startedAt: DateTime.nullable().optional() }),
    ),
    k8sPhase: z.string(),
    k8sPhaseUpdatedAt: DateTime,
    nodeName: z.string().nullable().optional(),
    currentNodePool: z.string().nullable().optional(),
    requestedNodePools: z.array(z.string()).optional(),
    requestedResources: PodRequestResources.optional(),
    allocatedResources: AllocatedResources.optional(),
    tolerations: z.array(PodToleration).optional(),
    tenantId: z.int32(),
    projectName: optionalText,
    workloadName: optionalText,
    ip: z.string().nullable().optional(),
    revisionId: Id.optional(),
    tessera: z
      .object({
        gpuMemoryEnforcement: z
          .enum(['none', 'hami-core', 'nv-fractions'])
          .meta({ description: 'How the share of GPU memory of the pod is enforced.' }),
        gpuUuids: z
          .array(z.string())
          .meta({ description: 'The devices that the pod shares; empty until they are known.' }),
      })
      .optional()
      .meta({ description: 'Addition of Tessera: set for pods that share GPUs.' }),
  })
  .meta({ id: 'Pod' });
export type Pod = z.infer<typeof Pod>;

export const WorkloadEvent = z
  .object({
    createdAt: DateTime,
    id: Id.optional(),
    type: z.string().meta({ example: 'Normal' }),
    clusterId: Id,
    message: z.string(),
    reason: optionalText,
    source: optionalText,
    involvedObject: z
      .object({ uid: Id, kind: z.string(), name: z.string(), namespace: z.string() })
      .optional(),
  })
  .meta({ id: 'Event' });
export type WorkloadEvent = z.infer<typeof WorkloadEvent>;

export const HistoryRecord = z
  .object({
    meta: z.object({ creationTimestamp: DateTime, type: z.enum(['Event', 'PhaseUpdate']) }),
    spec: z.object({
      event: WorkloadEvent.optional(),
      phaseUpdate: z.object({ phase: Phase, phaseMessage: z.string() }).nullable().optional(),
    }),
  })
  .meta({ id: 'HistoryRecord' });
export type HistoryRecord = z.infer<typeof HistoryRecord>;
