import { compare } from '@tessera/kernel';
import { isDeepStrictEqual } from 'node:util';
import type { Condition, PodState, WorkloadState } from '@tessera/contracts-events';
import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import {
  unenforcedAccess,
  type InferenceSpec,
  type IgnoredField,
  type Phase,
} from '@tessera/domain-workload';
import { hasEnded, type AcceptedWorkload, type Problem, type ReplicaPod } from '../model/workload';
import type { ReplicaPlan } from '../rollout/rollout-plan';
import type { DesiredReplicas } from '../scaling/replica-target';
import { reportedPods } from './reported-pods';
import { wasEdited } from '../rollout/drift';

/** What a reconcile of one workload observed. */
export interface Observation {
  readonly pods: readonly ReplicaPod[];
  readonly desired: DesiredReplicas;
  readonly unschedulable?: ReplicaPlan['unschedulable'];
  readonly problem?: Problem;
  /** An owned object that is missing in the cluster or refused by it. */
  readonly obstacle?: Problem;
  readonly urls: readonly string[];
  /** For a workload with exposed URLs: the existing ones, and why some are missing. */
  readonly exposure?: {
    readonly urls: readonly { readonly name: string; readonly url: string }[];
    readonly problem?: Problem;
    /** The cluster exposes no URLs at all: nothing is wrong with this workload. */
    readonly off: boolean;
  };
  /** Ignored fields: received although the API refuses them. */
  readonly refused?: readonly IgnoredField[];
}

interface PhaseSummary {
  readonly phase: Phase;
  readonly reason: string;
  readonly message: string;
}

/**
 * The state of a workload after a reconcile. Pure: the same observation gives the same state, except that changed parts
 * carry `now`.
 */
export function deriveState(workload: AcceptedWorkload, seen: Observation, now: string): WorkloadState {
  const previous = workload.state;
  const phaseSummary = phaseSummaryOf(workload, seen);
  const ready = seen.pods.filter(serves).length;
  const samePhaseSummary =
    phaseSummary.phase === previous.phase && phaseSummary.message === previous.phaseMessage;
  return {
    ...workload.ref,
    observedGeneration: workload.generation,
    sequence: workload.sequence,
    phase: phaseSummary.phase,
    phaseMessage: phaseSummary.message,
    phaseUpdatedAt: samePhaseSummary ? previous.phaseUpdatedAt : now,
    desiredReplicas: seen.desired.replicas,
    readyReplicas: ready,
    ...coldSince(previous, seen.desired.replicas, ready, now),
    conditions: conditionsOf(workload, seen, phaseSummary, now),
    pods: [
      ...reportedPods(
        seen.pods.map(podState).sort((a, b) => a.replica - b.replica || compare(a.name, b.name)),
      ),
    ],
    urls: [...seen.urls],
    ...(seen.exposure === undefined || seen.exposure.urls.length === 0
      ? {}
      : { exposedUrls: seen.exposure.urls.map(({ name, url }) => ({ name, url })) }),
    updatedAt: now,
  };
}

/** True if no reported part has changed. The keys of a stored state are in another order. */
export function sameState(a: WorkloadState, b: WorkloadState): boolean {
  const reported = (state: WorkloadState): WorkloadState => ({ ...state, sequence: 0, updatedAt: '' });
  return isDeepStrictEqual(reported(a), reported(b));
}

/** The pod takes requests. */
export const serves = (pod: ReplicaPod): boolean => pod.ready && !pod.terminating;

/** A workload is cold from the moment it should have replicas again until one of them is ready. */
function coldSince(
  { desiredReplicas, coldSince: since }: WorkloadState,
  desired: number,
  ready: number,
  now: string,
): Pick<WorkloadState, 'coldSince'> {
  if (desired === 0 || ready > 0) return {};
  if (desiredReplicas === 0) return { coldSince: now };
  return since === undefined ? {} : { coldSince: since };
}

/** The phase, by the table of the API reference §4.2. */
function phaseSummaryOf(workload: AcceptedWorkload, seen: Observation): PhaseSummary {
  if (workload.removed) return { phase: 'Deleting', reason: 'Deleting', message: '' };
  const current = seen.pods.filter(
    (pod) =>
      pod.generation === workload.generation &&
      !pod.terminating &&
      !hasEnded(pod) &&
      !wasEdited(pod, workload.state.pods),
  );
  const ready = current.filter(serves).length;
  if (
    current.length >= seen.desired.replicas &&
    ready >= seen.desired.replicas &&
    (ready > 0 || seen.problem?.final !== true)
  )
    return complete(seen);
  if (seen.problem?.final === true)
    return { phase: 'Failed', reason: seen.problem.reason, message: seen.problem.message };
  const served = workload.state.phase === 'Running' || workload.state.phase === 'Degraded';
  const waiting = why(workload, seen, current);
  const serving = seen.pods.filter((pod) => serves(pod) && !wasEdited(pod, workload.state.pods));
  if (serving.length >= seen.desired.replicas && seen.desired.replicas > 0)
    return {
      phase: 'Running',
      reason: 'Updating',
      message: updateMessage(ready, seen.desired.replicas, waiting.message),
    };
  if (served) return { phase: 'Degraded', ...waiting };
  return current.length < seen.desired.replicas
    ? { phase: 'Pending', ...waiting }
    : { phase: 'Initializing', ...waiting };
}

/** All replicas serve; the workload is still Degraded if an owned object is incomplete. */
function complete({ problem, exposure }: Observation): PhaseSummary {
  const trouble = problem ?? (exposure?.off === true ? undefined : exposure?.problem);
  return trouble === undefined
    ? { phase: 'Running', reason: 'Ready', message: '' }
    : { phase: 'Degraded', reason: trouble.reason, message: trouble.message };
}

/** Message of the phase while replicas of an older generation serve until new ones are ready. */
const updateMessage = (ready: number, desired: number, waiting: string): string =>
  `Updating: ${ready} of ${desired} new replicas are ready${waiting === '' ? '' : `; ${waiting}`}`;

function why(
  workload: AcceptedWorkload,
  seen: Observation,
  current: readonly ReplicaPod[],
): { reason: string; message: string } {
  if (seen.unschedulable !== undefined)
    return { reason: 'Unschedulable', message: seen.unschedulable.verdict.message };
  const missing = seen.problem ?? seen.obstacle;
  if (missing !== undefined) return { reason: missing.reason, message: missing.message };
  // A pod that ended or was edited is already being deleted when it is reported.
  const ended = seen.pods.find((pod) => hasEnded(pod) && (!pod.terminating || pod.reason !== undefined));
  const edited = seen.pods.find((pod) => !hasEnded(pod) && wasEdited(pod, workload.state.pods));
  if (ended === undefined && edited !== undefined)
    return {
      reason: 'ReplicaEdited',
      message: `${edited.name}: its image or devices were changed after creation; it is being replaced`,
    };
  const stuck = ended ?? current.find((pod) => !pod.ready && pod.reason !== undefined);
  if (stuck !== undefined) {
    const detail = stuck.message === undefined ? '' : `: ${stuck.message}`;
    return {
      reason: stuck.reason ?? stuck.phase,
      message: `${stuck.name}: ${stuck.reason ?? stuck.phase}${detail}`,
    };
  }
  return { reason: 'WaitingForReplicas', message: '' };
}

function conditionsOf(
  workload: AcceptedWorkload,
  seen: Observation,
  phaseSummary: PhaseSummary,
  now: string,
): Condition[] {
  const verdict = seen.unschedulable?.verdict.message;
  const missing = seen.problem ?? seen.obstacle ?? unresolved(seen.pods);
  return [
    condition(
      workload,
      now,
      'PodScheduled',
      verdict === undefined,
      verdict === undefined ? 'Scheduled' : 'Unschedulable',
      verdict ?? '',
    ),
    condition(
      workload,
      now,
      'ResourcesReady',
      missing === undefined,
      missing?.reason ?? 'ResourcesReady',
      missing?.message ?? '',
    ),
    ...exposed(workload, seen, now),
    ...applied(workload, seen, now),
    ...access(workload, now),
    condition(
      workload,
      now,
      'Ready',
      phaseSummary.phase === 'Running',
      phaseSummary.reason,
      phaseSummary.message,
    ),
  ];
}

/** Reasons that kubelet reports for a pod that refers to a missing object. */
const UNRESOLVED = new Set([
  'CreateContainerConfigError',
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedToRetrieveImagePullSecret',
]);

function unresolved(pods: readonly ReplicaPod[]): Pick<Problem, 'reason' | 'message'> | undefined {
  for (const { terminating, name, reason = '', message = '', unresolved: cause } of pods) {
    if (terminating) continue;
    if (cause !== undefined) return { reason: cause.reason, message: `${name}: ${cause.message}` };
    if (UNRESOLVED.has(reason)) return { reason, message: `${name}: ${message}` };
  }
  return undefined;
}

/** Only for workloads with exposed URLs. */
function exposed(workload: AcceptedWorkload, { exposure }: Observation, now: string): Condition[] {
  if (exposure === undefined) return [];
  const { problem } = exposure;
  const [reason, message] = problem === undefined ? ['Exposed', ''] : [problem.reason, problem.message];
  return [condition(workload, now, 'UrlsExposed', problem === undefined, reason, message)];
}

/** Maximum number of fields named in a message. */
const MOST_NAMED = 10;

/** Only for workloads with ignored fields: ones that the API refuses but that arrived all the same. */
function applied(workload: AcceptedWorkload, { refused = [] }: Observation, now: string): Condition[] {
  if (refused.length === 0) return [];
  return [condition(workload, now, 'FieldsApplied', false, 'FieldIgnored', ignored(refused))];
}

/** Only for workloads that restrict their callers: they must not look protected. */
function access(workload: AcceptedWorkload, now: string): Condition[] {
  const asked = unenforcedAccess(workload.spec as InferenceSpec);
  if (asked.length === 0) return [];
  return [condition(workload, now, 'ServingAccessEnforced', false, 'NotEnforced', ignored(asked))];
}

function ignored(fields: readonly IgnoredField[]): string {
  const named = fields.slice(0, MOST_NAMED).map(({ field, reason }) => `${field} is ignored: ${reason}`);
  const more = fields.length > MOST_NAMED ? [`${fields.length - MOST_NAMED} more`] : [];
  return [...named, ...more].join('; ');
}

/** Keeps the transition time if the status is unchanged (Kubernetes API conventions). */
function condition(
  workload: AcceptedWorkload,
  now: string,
  type: string,
  holds: boolean,
  reason: string,
  message: string,
): Condition {
  const status = holds ? 'True' : 'False';
  const before = workload.state.conditions.find((candidate) => candidate.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
  return { type, status, reason, message, observedGeneration: workload.generation, lastTransitionTime };
}

function podState(pod: ReplicaPod): PodState {
  return {
    id: pod.uid,
    name: pod.name,
    replica: pod.ordinal,
    phase: pod.terminating ? 'Terminating' : pod.phase,
    phaseUpdatedAt: pod.changedAt,
    createdAt: pod.createdAt,
    ready: serves(pod),
    image: pod.image,
    ...(pod.nodeName === undefined ? {} : { nodeName: pod.nodeName }),
    ...(pod.podIp === undefined ? {} : { podIp: pod.podIp }),
    ...(pod.startedAt === undefined ? {} : { startedAt: pod.startedAt }),
    ...(pod.reason === undefined ? {} : { reason: pod.reason }),
    ...(pod.message === undefined ? {} : { message: pod.message }),
    ...(pod.allocation === undefined ? {} : { allocation: withUuids(pod.allocation, pod.devices) }),
  };
}

/** The allocation with the physical devices behind it, if they are known. */
function withUuids(allocation: GpuAllocation, uuids: readonly string[] | undefined): GpuAllocation {
  if (uuids === undefined) return allocation;
  const devices = allocation.devices.map((share, index) => {
    const uuid = uuids[index];
    return uuid === undefined ? share : { ...share, uuid };
  });
  return { ...allocation, devices };
}
