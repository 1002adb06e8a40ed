import type { Condition } from '@tessera/contracts-events';
import {
  enforcedAccess,
  type IgnoredField,
  type InferenceSpec,
  unenforcedAccess,
} from '@tessera/domain-workload';
import type { Problem } from '../model/problems';
import type { ReplicaPod } from '../model/replica';
import type { AcceptedWorkload } from '../model/workload';
import type { Observation } from './observation';
import { REJECTED, rejectionText } from './rejection-text';
import type { PhaseSummary } from './phase-summary';

export function conditionsOf(
  workload: AcceptedWorkload,
  seen: Observation,
  phaseSummary: PhaseSummary,
  now: string,
): Condition[] {
  const unplaced = placementProblem(seen);
  const missing = seen.problem ?? seen.obstacle ?? unresolved(seen.pods);
  return [
    condition(
      workload,
      now,
      'PodScheduled',
      unplaced === undefined,
      unplaced?.reason ?? 'Scheduled',
      unplaced?.message ?? '',
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
    ...access(workload, seen, now),
    ...scaling(workload, seen, now),
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

/** Why replicas run on no node. */
function placementProblem({
  unschedulable,
  rejection,
}: Observation): Pick<Problem, 'reason' | 'message'> | undefined {
  const rejected = rejection === undefined ? undefined : rejectionText(rejection);
  if (unschedulable === undefined)
    return rejected === undefined ? undefined : { reason: REJECTED, message: rejected };
  const { message } = unschedulable.verdict;
  return { reason: 'Unschedulable', message: rejected === undefined ? message : `${message}; ${rejected}` };
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

/** Only for workloads that restrict their callers: an address that bypasses the gateway must not appear protected. */
function access(workload: AcceptedWorkload, { exposure }: Observation, now: string): Condition[] {
  const asked = exposure?.guarded === true ? [] : unenforcedAccess(workload.spec as InferenceSpec);
  if (asked.length > 0)
    return [condition(workload, now, 'ServingAccessEnforced', false, 'NotEnforced', ignored(asked))];
  const enforced = enforcedAccess(workload.spec as InferenceSpec, exposure?.guarded);
  if (enforced === undefined) return [];
  return [condition(workload, now, 'ServingAccessEnforced', true, 'Enforced', enforced)];
}

/** The conditions of the horizontal pod autoscaler, for a workload that is scaled. */
const scaling = (workload: AcceptedWorkload, { desired }: Observation, now: string): Condition[] =>
  (desired.conditions ?? []).map(({ type, status, reason, message }) =>
    conditionWith(workload, now, type, status, reason, message),
  );

function ignored(fields: readonly IgnoredField[]): string {
  const named = fields.slice(0, MOST_NAMED).map(({ field, reason }) => `${field} is ignored: ${reason}`);
  const more = fields.length > MOST_NAMED ? [`${fields.length - MOST_NAMED} more`] : [];
  return [...named, ...more].join('; ');
}

const condition = (
  workload: AcceptedWorkload,
  now: string,
  type: string,
  holds: boolean,
  reason: string,
  message: string,
): Condition => conditionWith(workload, now, type, holds ? 'True' : 'False', reason, message);

/** Keeps the transition time if the status is unchanged (Kubernetes API conventions). */
function conditionWith(
  workload: AcceptedWorkload,
  now: string,
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): Condition {
  const before = workload.state.conditions.find((candidate) => candidate.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
  return { type, status, reason, message, observedGeneration: workload.generation, lastTransitionTime };
}
