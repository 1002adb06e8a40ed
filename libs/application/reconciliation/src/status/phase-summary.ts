import type { Phase } from '@tessera/domain-workload';
import { DEVICE_OVERFULL } from '../gpu-sharing/overfull-devices';
import type { Problem } from '../model/problems';
import { hasEnded, serves, type ReplicaPod } from '../model/replica';
import { revisionOf, type AcceptedWorkload } from '../model/workload';
import { wasEdited } from '../rollout/drift';
import type { Observation } from './observation';
import { REJECTED, rejectionText } from './rejection-text';

export interface PhaseSummary {
  readonly phase: Phase;
  readonly reason: string;
  readonly message: string;
}

/** The phase, by the table of the API reference §4.2. */
export function phaseSummaryOf(workload: AcceptedWorkload, seen: Observation): PhaseSummary {
  if (workload.removed) {
    const held = heldPod(seen.pods);
    return { phase: 'Deleting', reason: held?.reason ?? 'Deleting', message: held?.message ?? '' };
  }
  const current = seen.pods.filter(
    (pod) =>
      pod.generation === revisionOf(workload) &&
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
  const serving = seen.pods.filter((pod) => serves(pod) && !wasEdited(pod, workload.state.pods));
  const { problem } = seen;
  if (problem?.final === true || (problem?.refused === true && serving.length > ready))
    return cannotGoOn(problem, serving.length, ready);
  const served = workload.state.phase === 'Running' || workload.state.phase === 'Degraded';
  const waiting = why(workload, seen, current);
  if (serving.length >= seen.desired.replicas && seen.desired.replicas > 0)
    return {
      phase: 'Running',
      reason: 'Updating',
      message: updateMessage(ready, seen.desired.replicas, waiting.message),
    };
  if (served || seen.failedStart !== undefined) return { phase: 'Degraded', ...waiting };
  return current.length < seen.desired.replicas
    ? { phase: 'Pending', ...waiting }
    : { phase: 'Initializing', ...waiting };
}

/** The first pod that is kept by finalizers of others alone. */
function heldPod(pods: readonly ReplicaPod[]): { reason: string; message: string } | undefined {
  const pod = pods.find(({ finalizers }) => finalizers !== undefined);
  if (pod?.finalizers === undefined) return undefined;
  const names = pod.finalizers.map((name) => `"${name}"`).join(', ');
  const [what, them] = pod.finalizers.length === 1 ? ['finalizer', 'it'] : ['finalizers', 'them'];
  return {
    reason: 'FinalizerPending',
    message: `${pod.name}: has ended and is kept by the ${what} ${names}; it is deleted once its owner removes ${them}`,
  };
}

/** The workload needs a change, or the cluster has to admit it. Replicas that serve continue meanwhile. */
function cannotGoOn({ reason, message }: Problem, serving: number, ready: number): PhaseSummary {
  if (serving === 0) return { phase: 'Failed', reason, message };
  const earlier = serving - ready;
  const state =
    earlier > 0
      ? `Not updated: ${counted(earlier)} of an earlier revision ${earlier === 1 ? 'serves' : 'serve'}, new ones cannot be created`
      : `Only ${counted(serving)} can serve, further ones cannot be created`;
  return { phase: 'Degraded', reason, message: `${state}: ${message}` };
}

const counted = (replicas: number): string => `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;

/** All replicas serve; the workload is still Degraded if an owned object is incomplete. */
function complete({ problem, exposure }: Observation): PhaseSummary {
  const trouble = problem ?? (exposure?.off === true ? undefined : exposure?.problem);
  return trouble === undefined
    ? { phase: 'Running', reason: 'Ready', message: '' }
    : { phase: 'Degraded', reason: trouble.reason, message: trouble.message };
}

/** Message of the phase while replicas of an older revision serve until new ones are ready. */
const updateMessage = (ready: number, desired: number, waiting: string): string =>
  `Updating: ${ready} of ${desired} new replicas are ready${waiting === '' ? '' : `; ${waiting}`}`;

function why(
  workload: AcceptedWorkload,
  seen: Observation,
  current: readonly ReplicaPod[],
): { reason: string; message: string } {
  const rejected = seen.rejection === undefined ? undefined : rejectionText(seen.rejection);
  if (seen.unschedulable !== undefined)
    return {
      reason: 'Unschedulable',
      message: [seen.unschedulable.verdict.message, rejected].filter(isText).join('; '),
    };
  const missing = seen.problem ?? seen.obstacle;
  if (missing !== undefined) return { reason: missing.reason, message: missing.message };
  if (rejected !== undefined) return { reason: REJECTED, message: rejected };
  const overfull = seen.pods.find(({ reason }) => reason === DEVICE_OVERFULL);
  if (overfull !== undefined)
    return { reason: DEVICE_OVERFULL, message: `${overfull.name}: ${overfull.message ?? ''}` };
  const { failedStart } = seen;
  if (failedStart !== undefined) return { reason: failedStart.reason, message: failedStart.message };
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
  return heldPod(seen.pods) ?? { reason: 'WaitingForReplicas', message: '' };
}

const isText = (text: string | undefined): text is string => text !== undefined;
