import { z } from 'zod';
import { PHASES } from '@tessera/domain-workload';
import { GpuAllocation, GuardrailOverrides } from '@tessera/contracts-kubernetes';
import { ScalingInputs } from './scaling-inputs';

/** Identity of a workload; part of every command and event. */
export const WorkloadRef = z.object({
  workloadId: z.uuid(),
  name: z.string(),
  clusterId: z.uuid(),
  projectId: z.string(),
  projectName: z.string(),
  departmentId: z.string(),
  departmentName: z.string(),
  namespace: z.string(),
});
export type WorkloadRef = z.infer<typeof WorkloadRef>;

/** Versions of a workload's project and department, as {@link OrganisationUnit} numbers them; 0 where none was sent. */
export const OrgUnitVersions = z.object({
  project: z.number().int().min(0),
  department: z.number().int().min(0),
});
export type OrgUnitVersions = z.infer<typeof OrgUnitVersions>;

/** The desired state at a generation. Applying it twice, late or out of order does no harm. */
export const ApplyCommand = WorkloadRef.extend({
  generation: z.number().int().min(1),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  /** Node pools of the project, in order, used when the spec names none. */
  defaultNodePools: z.array(z.string()),
  /** The spec as the client sent it (ids and quantities as strings). */
  spec: z.record(z.string(), z.unknown()),
  /**
   * Resolved references of the spec as far as the API knows them: claims by data volume id, Secrets by credential id or
   * name.
   */
  references: z
    .object({
      dataVolumes: z.record(z.string(), z.string()).optional(),
      credentials: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /**
   * The versions that the API had sent to the cluster before this command. Other keys travel on other partitions, so the
   * command may arrive first: a scheduler gives the workload no GPU before it knows them, and with them the quota.
   */
  orgUnitVersions: OrgUnitVersions.optional(),
});
export type ApplyCommand = z.infer<typeof ApplyCommand>;

export const RemoveCommand = WorkloadRef.extend({ generation: z.number().int().min(1) });
export type RemoveCommand = z.infer<typeof RemoveCommand>;

/**
 * Current state of a project or department of a cluster: its namespace and its deserved GPUs per node pool, in
 * thousandths of a device. A pool that is not listed has no limit. The highest version wins.
 */
export const OrganisationUnit = z.object({
  clusterId: z.uuid(),
  scope: z.enum(['project', 'department']),
  id: z.string(),
  name: z.string(),
  version: z.number().int().min(1),
  removed: z.boolean(),
  /** Set for projects only. */
  namespace: z.string().optional(),
  /** Guardrails of the project that replace those of the platform. */
  guardrails: GuardrailOverrides.optional(),
  deserved: z.array(z.object({ nodePool: z.string(), milliGpu: z.number().int().min(0) })),
});
export type OrganisationUnit = z.infer<typeof OrganisationUnit>;

export const Condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  observedGeneration: z.number().int(),
  lastTransitionTime: z.iso.datetime(),
});
export type Condition = z.infer<typeof Condition>;

/** One pod of a workload as the scheduler sees it. */
export const PodState = z.object({
  id: z.uuid(),
  name: z.string(),
  /** Ordinal of the replica, from 0. */
  replica: z.number().int(),
  phase: z.string(),
  phaseUpdatedAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  completedAt: z.iso.datetime().optional(),
  ready: z.boolean(),
  nodeName: z.string().optional(),
  podIp: z.string().optional(),
  image: z.string(),
  startedAt: z.iso.datetime().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  allocation: GpuAllocation.optional(),
});
export type PodState = z.infer<typeof PodState>;

/** The latest state of a workload, the record of the compacted topic. */
export const WorkloadState = WorkloadRef.extend({
  observedGeneration: z.number().int(),
  /** Sequence number per workload, with which the projection applies each state once and in order. */
  sequence: z.number().int(),
  phase: z.enum(PHASES),
  phaseMessage: z.string(),
  phaseUpdatedAt: z.iso.datetime(),
  desiredReplicas: z.number().int(),
  readyReplicas: z.number().int(),
  /** Since when it waits for its first ready replica; absent while no replica is wanted, and once one was ready. */
  coldSince: z.iso.datetime().optional(),
  conditions: z.array(Condition),
  pods: z.array(PodState),
  urls: z.array(z.string()),
  /** Addresses of the exposed URLs, in the order of the request; absent where the cluster exposes none. */
  exposedUrls: z.array(z.object({ name: z.string(), url: z.string() })).optional(),
  updatedAt: z.iso.datetime(),
});
export type WorkloadState = z.infer<typeof WorkloadState>;

const eventData = <S extends z.ZodRawShape>(shape: S) =>
  WorkloadRef.extend({ generation: z.number().int(), ...shape });

export const Created = eventData({ createdBy: z.string() });
export const Updated = eventData({ updatedBy: z.string() });
export const Deleted = eventData({});
export const PhaseChanged = eventData({
  from: z.enum(PHASES).optional(),
  to: z.enum(PHASES),
  reason: z.string(),
  message: z.string(),
  desiredReplicas: z.number().int(),
  readyReplicas: z.number().int(),
});
export const ReplicaScheduled = eventData({
  replica: z.number().int(),
  podName: z.string(),
  node: z.string(),
  nodePool: z.string().optional(),
});
export const ReplicaUnschedulable = eventData({
  replica: z.number().int(),
  message: z.string(),
  nodes: z.number().int(),
  rejected: z.array(z.object({ code: z.string(), count: z.number().int(), detail: z.string() })),
  nearestMiss: z.string().optional(),
  suggestions: z.array(z.string()),
});
export const ScaleDecided = eventData({
  from: z.number().int(),
  to: z.number().int(),
  reason: z.string(),
  inputs: ScalingInputs,
});
/**
 * Stages of the start of a replica, in order: the scheduler knows of the request that waits at a gateway (`held`), has
 * decided on one more replica, has found a node for it (`placed`), its pod exists on that node (`bound`), the image is
 * there (`pulled`), the container runs (`started`), it takes requests (`ready`), and the request that waited has the
 * first byte of its response.
 */
export const COLD_START_STAGES = [
  'held',
  'decided',
  'placed',
  'bound',
  'pulled',
  'started',
  'ready',
  'firstByte',
] as const;
export type ColdStartStage = (typeof COLD_START_STAGES)[number];

/**
 * How long a replica took that a scaling decision started, by stage ({@link COLD_START_STAGES}): from the arrival of the
 * request that waited for it, else from the decision. Each duration is the time since the stage before, and they add
 * up to the total. A stage that was not seen is part of the next one; without a waiting request there is neither `held`
 * nor `firstByte`.
 */
export const ColdStart = eventData({
  replica: z.number().int().optional(),
  podName: z.string().optional(),
  totalMs: z.number().int(),
  stages: z.array(z.object({ stage: z.string(), durationMs: z.number().int() })),
});
const heldShare = {
  replica: z.number().int(),
  podName: z.string(),
  podId: z.uuid().optional().describe('The pod that holds the share; absent in events of earlier releases.'),
  allocatedAt: z.iso.datetime().optional().describe('Since when the pod holds it: the creation of the pod.'),
  allocation: GpuAllocation,
};
export const GpuAllocated = eventData(heldShare);
/** Together with `allocatedAt` the whole interval, so that this event alone shows what the pod has used. */
export const GpuReleased = eventData({
  ...heldShare,
  releasedAt: z.iso
    .datetime()
    .optional()
    .describe('Until when: the end of the pod, or when the scheduler noticed its absence.'),
});
export const DeviceOverfull = eventData({
  replica: z.number().int(),
  podName: z.string(),
  message: z.string(),
});
export const MessageParked = eventData({
  /** Type and id of the event that was not sent. */
  parkedType: z.string(),
  parkedId: z.string(),
  topic: z.string(),
  /** Row of the outbox that keeps it. */
  row: z.string(),
  /** Why it was not sent, and what to do. */
  reason: z.string(),
});
export const QuotaExceeded = eventData({ message: z.string(), nodePool: z.string().optional() });

const amount = (what: string) => z.number().int().min(0).describe(what);
/**
 * What one gateway served of a workload to one key within one minute, once the minute has ended. Amounts are those of
 * this report alone: a gateway that reports more of the same minute sends another event. The id is the same each time
 * that an event is sent, so that it counts once.
 */
export const UsageReported = z.object({
  workloadId: z.uuid(),
  clusterId: z.uuid(),
  projectId: z.string(),
  minute: z.iso.datetime().describe('Start of the minute.'),
  keyId: z.string().max(255).optional().describe('Id of the access key; absent where the caller used none.'),
  model: z.string().max(255).optional().describe('Model by the name that the request gave it.'),
  requests: amount('Requests that were answered.'),
  inputTokens: amount('Tokens of prompts, cached ones among them; 0 where the responses name none.'),
  cachedTokens: amount('Of these, tokens that a prefix cache served.'),
  outputTokens: amount('Generated tokens.'),
});
