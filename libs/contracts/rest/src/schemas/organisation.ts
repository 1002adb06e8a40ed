import { z } from 'zod';
import { GuardrailOverrides } from '@tessera/contracts-kubernetes';
import { ITEMS, LENGTH } from './bounds';
import { anyText, bounded, DateTime, Id, OrgId, texts } from './primitives';

/** Most GPUs of a quota: more than any cluster has, and exact when counted in thousandths. */
const MOST_GPUS = 1_000_000;
const share = { limit: z.number().nullish(), overQuotaWeight: z.number().nullish() };
const optionalShare = z.looseObject({ deserved: z.number().nullish(), ...share });

/** Quota in one node pool; a pool without an id is the default one. Negative limits mean none. */
export const QuotaResources = z
  .looseObject({
    nodePool: z.looseObject({ id: OrgId, name: z.string().max(LENGTH.name).optional() }).nullish(),
    gpu: z.looseObject({ deserved: z.number().min(0).max(MOST_GPUS), ...share }),
    cpu: optionalShare.nullish(),
    memory: optionalShare.extend({ units: z.enum(['Mib', 'MB', 'GB']) }).nullish(),
  })
  .meta({ id: 'Resources' });

const QuotaStatusResource = z.object({
  gpu: z.number().optional(),
  cpu: z.number().optional(),
  memory: z.number().optional(),
});
export const QuotaStatus = z.object({
  allocated: QuotaStatusResource.optional(),
  allocatedNonPreemptible: QuotaStatusResource.optional(),
  requested: QuotaStatusResource.optional(),
});
const QuotaStatusNodePool = QuotaStatus.extend({
  nodePoolId: z.string().optional(),
  nodePoolName: z.string().optional(),
});

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

const quotas = z.array(QuotaResources).max(ITEMS.quotas);
const updatable = {
  resources: quotas,
  defaultNodePools: texts(ITEMS.nodePools).nullish(),
  nodeTypes: NodeTypes.nullish(),
  schedulingRules: SchedulingRules,
};
const stamped = {
  createdAt: DateTime,
  createdBy: z.string().optional(),
  updatedAt: DateTime,
  updatedBy: z.string().optional(),
};
const UNIT_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const unitName = bounded(63)
  .regex(UNIT_NAME, 'must consist of lower case alphanumeric characters or -, at most 63')
  .meta({ example: 'organization1' });

export const DepartmentCreationRequest = z
  .looseObject({ name: unitName, clusterId: Id, resources: quotas })
  .meta({ id: 'DepartmentCreationRequest' });
export const DepartmentUpdateRequest = z
  .looseObject({ resources: quotas })
  .meta({ id: 'DepartmentUpdateRequest' });

/** An organisation unit below a department, with the units below it. */
const Child = z
  .object({
    id: z.string().optional(),
    name: z.string().optional(),
    get children() {
      return z.array(Child).optional();
    },
  })
  .meta({ id: 'DepartmentProjectChild' });
export const Department = z
  .object({
    id: z.string().meta({ example: '50' }),
    name: z.string(),
    clusterId: Id,
    resources: z.array(QuotaResources),
    totalResources: z.object({ gpuQuota: z.number() }),
    ...stamped,
    description: z.string(),
    children: z.array(Child).nullable().optional(),
    projectsAggregatedResources: z.array(QuotaResources).nullable().optional(),
    status: z
      .object({
        quotaStatus: QuotaStatus.optional(),
        nodePoolQuotaStatuses: z.array(QuotaStatusNodePool).optional(),
      })
      .optional(),
  })
  .meta({ id: 'Department' });

export const ProjectCreationRequest = z
  .looseObject({
    name: unitName,
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

export const ClusterCreationRequest = z
  .looseObject({
    name: z.string().min(1).max(253),
    domain: anyText(),
    version: anyText(),
  })
  .meta({ id: 'ClusterCreationRequest' });

const Dependency = z.object({
  available: z.boolean(),
  reason: z.string().optional(),
  components: z.record(z.string(), z.unknown()).optional(),
});
const ClusterCondition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: DateTime,
  observedGeneration: z.int().optional(),
});
const ClusterStatus = z.object({
  state: z
    .enum([
      'WaitingToConnect',
      'Connected',
      'Disconnected',
      'MissingPrerequisites',
      'ServiceIssues',
      'Unknown',
    ])
    .optional(),
  conditions: z.array(ClusterCondition).optional(),
  config: z.object({ workloadOwnershipProtection: z.boolean().nullable().optional() }).nullable().optional(),
  dependencies: z
    .object({ required: z.record(z.string(), Dependency), optional: z.record(z.string(), Dependency) })
    .optional(),
  operands: z
    .record(
      z.string(),
      z.object({
        ready: z.boolean(),
        lastTransitionTime: DateTime.optional(),
        reasons: z.array(z.string()).optional(),
        unreadyThresholdCrossed: z.boolean().optional(),
      }),
    )
    .optional(),
  platform: z
    .object({
      type: z.enum(['vanilla', 'openshift', 'rke', 'gke', 'aks', 'eks']).nullable().optional(),
      kubeVersion: z.string().nullable().optional(),
    })
    .nullable()
    .optional(),
});
export const Cluster = z
  .object({
    uuid: Id,
    tenantId: z.int32(),
    name: z.string(),
    createdAt: DateTime,
    updatedAt: DateTime.nullable().optional(),
    deletedAt: DateTime.nullable().optional(),
    domain: z.string().nullable().optional(),
    version: z.string().nullable().optional(),
    lastLiveness: DateTime.nullable().optional(),
    status: ClusterStatus.nullable().optional(),
  })
  .meta({ id: 'DisplayedCluster' });

/** Settings with which the scheduler of a new cluster joins; the secret cannot be read again. */
export const RegisteredCluster = Cluster.extend({
  scheduler: z
    .object({ clientId: z.string(), clientSecret: z.string(), commandsTopic: z.string() })
    .optional(),
});

const Strategy = z.enum(['spread', 'binpack']);
const nodePoolFields = {
  name: z.string().min(1).max(63),
  labelKey: z.string().min(1).max(LENGTH.name),
  labelValue: z.string().min(1).max(LENGTH.name),
  overProvisioningRatio: z.int().nullish().meta({ default: 1 }),
  placementStrategy: z.looseObject({ cpu: Strategy.nullish(), gpu: Strategy.nullish() }).nullish(),
};
export const NodePoolCreateRequest = z.looseObject(nodePoolFields).meta({ id: 'NodePoolCreateRequest' });
export const NodePool = z
  .object({
    id: z.number(),
    ...nodePoolFields,
    clusterId: Id,
    isDefault: z.boolean(),
    nodes: z.string().optional(),
    status: z
      .enum(['Creating', 'Updating', 'Deleting', 'Empty', 'Unschedulable', 'Ready', 'Deleted'])
      .optional(),
    statusMessage: z.string().optional(),
    createdAt: DateTime,
    createdBy: z.string(),
    updatedAt: DateTime,
    updatedBy: z.string(),
    deletedAt: DateTime.optional(),
  })
  .meta({ id: 'NodePool' });

/** A node pool as the releases from 2.19 on list it, over all clusters. */
export const NodePoolOfTenant = NodePool.omit({ id: true, nodes: true, status: true, statusMessage: true })
  .extend({
    id: z.string(),
    tenantId: z.int32(),
    clusterName: z.string(),
    phase: z.enum(['Creating', 'Updating', 'Deleting', 'Empty', 'Unschedulable', 'Ready', 'Deleted']),
    phaseMessage: z.string(),
    status: z.object({ labelKey: z.string(), labelValue: z.string() }),
  })
  .meta({ id: 'NodePoolOfTenant' });

const NamedValue = (longest: number) =>
  z.looseObject({ name: z.string().min(1).max(LENGTH.name), value: anyText(undefined, longest) });
const Variable = NamedValue(LENGTH.value);
const Annotation = NamedValue(LENGTH.annotation);
const Label = NamedValue(LENGTH.name);
const Extended = z.looseObject({
  resource: z.string().min(1).max(LENGTH.name),
  quantity: z.string().min(1).max(LENGTH.quantity),
});
const defaults = z.looseObject({
  environmentVariables: z.array(Variable).max(ITEMS.variables).nullish(),
  annotations: z.array(Annotation).max(ITEMS.annotations).nullish(),
  labels: z.array(Label).max(ITEMS.labels).nullish(),
  compute: z
    .looseObject({ extendedResources: z.array(Extended).max(ITEMS.extendedResources).nullish() })
    .nullish(),
});
const instances = <const S extends z.ZodType>(item: S, most: number) =>
  z.looseObject({ instances: z.array(item.nullable()).max(most).nullish() }).nullish();
/** Defaults in the form of the reference: each list is in `instances`. */
const policyDefaults = z.looseObject({
  environmentVariables: instances(Variable, ITEMS.variables),
  annotations: instances(Annotation, ITEMS.annotations),
  labels: instances(Label, ITEMS.labels),
  compute: z.looseObject({ extendedResources: instances(Extended, ITEMS.extendedResources) }).nullish(),
});
/** Addition of Tessera: what the workloads of one project may request. */
const Guardrails = GuardrailOverrides.meta({ id: 'GuardrailOverrides' });
/** Default values for every inference of a project. */
export const InferencePolicyRequest = z
  .looseObject({
    meta: z.looseObject({
      scope: z.literal('project'),
      projectId: OrgId,
      name: z.string().min(1).max(LENGTH.name).nullish(),
    }),
    policy: z
      .looseObject({
        defaults: policyDefaults.nullish(),
        rules: z.unknown().optional(),
        imposedAssets: z.unknown().optional(),
      })
      .nullish(),
    /** Addition of Tessera: the same without `instances`. */
    defaults: defaults.nullish(),
    /**
     * Addition of Tessera: guardrails of the project that replace those of the platform. Only callers who may change
     * policies in the whole tenant may set it; an absent field keeps the value, null removes it.
     */
    guardrails: Guardrails.nullish(),
  })
  .meta({ id: 'InferencePolicyRequest' });
export const InferencePolicy = z
  .object({
    meta: z.object({
      id: z.string(),
      name: z.string(),
      scope: z.literal('project'),
      projectId: z.int(),
      tenantId: z.int32(),
      createdAt: DateTime,
      createdBy: z.string(),
      updatedAt: DateTime,
      updatedBy: z.string(),
    }),
    policy: z.object({ defaults: policyDefaults }),
    effective: z.object({ defaults: policyDefaults }),
    effectiveUpdatedAt: DateTime,
    defaults,
    /** Addition of Tessera: absent where the rules of the platform apply. */
    guardrails: Guardrails.optional(),
  })
  .meta({ id: 'InferencePolicy' });

/** A node with its GPUs, as its scheduler reports it. */
export const Node = z
  .object({
    id: z.string(),
    name: z.string(),
    clusterUuid: Id,
    nodePool: z.string(),
    nodeType: z.string().optional(),
    status: z.enum(['Ready', 'NotReady', 'Unschedulable']),
    conditions: z.array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string(),
        message: z.string(),
        lastTransitionTime: DateTime,
      }),
    ),
    taints: z.array(z.object({ key: z.string(), value: z.string().optional(), effect: z.string() })),
    gpuInfo: z.object({ gpuType: z.string(), gpuCount: z.int() }).nullable(),
    /** Addition of Tessera: every GPU with its allocated share. */
    gpus: z.array(
      z.object({
        index: z.int(),
        uuid: z
          .string()
          .optional()
          .meta({ description: 'UUID of the physical device, known while pods share it.' }),
        model: z.string(),
        memoryMiB: z.int(),
        allocatedGpu: z.number(),
        allocatedMemoryMiB: z.int(),
        available: z.boolean(),
        mig: z.array(z.object({ profile: z.string(), start: z.int(), used: z.boolean() })).optional(),
      }),
    ),
    cpuCores: z.number(),
    memoryMiB: z.int(),
    replicas: z.int(),
    createdAt: DateTime,
    updatedAt: DateTime,
  })
  .meta({ id: 'Node' });
