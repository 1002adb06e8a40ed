import type { WorkloadState } from '@tessera/contracts-events';
import type { ReplicaPod } from '../model/replica';
import type { EventBase, UnnumberedEvent } from './event';
import type { Observation } from './observation';
import { serves } from '../model/replica';
import { stagesOf, type StartMarks } from '../starts/start-stages';

/** Clusters write times in whole seconds: an event at `t` may have happened up to this much later, ms. */
const PRECISION_MS = 1_000;

/** The event for a changed number of desired replicas, with its reason. */
export function scaleDecided(
  base: EventBase,
  { desiredReplicas: from }: WorkloadState,
  { desiredReplicas: to }: WorkloadState,
  { desired: { reason, inputs } }: Observation,
): UnnumberedEvent[] {
  return from === to
    ? []
    : [{ name: 'scaleDecided', data: { ...base, from, to, reason, inputs: { ...inputs } } }];
}

/**
 * The events for starts of replicas: those measured, and the first ready replica of a workload that had none where its
 * start was not, because another scheduler decided on it. Each is reported once; a replica that replaces a lost one is
 * no cold start.
 */
export function coldStarts(
  base: EventBase,
  previous: WorkloadState,
  next: WorkloadState,
  seen: Observation,
): UnnumberedEvent[] {
  const { starts = [] } = seen;
  const measured = starts.map(({ podName, replica, totalMs, stages }) => ({
    replica,
    podName,
    totalMs,
    stages,
  }));
  return [...measured, ...unmeasuredStart(previous, next, seen)].map((start) => ({
    name: 'coldStart',
    data: { ...base, ...start },
  }));
}

/** From the times that the cluster and the last state carry. */
function unmeasuredStart(previous: WorkloadState, next: WorkloadState, seen: Observation) {
  const wasCold = previous.coldSince !== undefined || previous.desiredReplicas === 0;
  const first = firstReady(seen.pods);
  if (!wasCold || previous.readyReplicas > 0 || first === undefined || next.desiredReplicas === 0) return [];
  const isMeasured = seen.starts?.some(({ uid }) => uid === first.uid) === true;
  if (isMeasured || seen.isMeasuring?.(first.uid) === true) return [];
  const decided = Date.parse(previous.coldSince ?? first.createdAt);
  const { ordinal: replica, name: podName } = first;
  const marks = { decided, ...marksOf(first, decided, Date.parse(next.updatedAt)) };
  return [{ replica, podName, ...stagesOf(marks, decided) }];
}

const firstReady = (pods: readonly ReplicaPod[]): ReplicaPod | undefined =>
  pods
    .filter(serves)
    .sort((a, b) => Date.parse(a.changedAt) - Date.parse(b.changedAt) || a.ordinal - b.ordinal)[0];

/**
 * When each stage ended, ms since the epoch, for the stages that the cluster reports. The decision and `now` are times
 * of schedulers. If the cluster reports readiness at or before the decision, its second began earlier or its clock is
 * behind; then the schedulers' clock determines how long the start took.
 */
function marksOf({ createdAt, startedAt, changedAt }: ReplicaPod, decided: number, now: number): StartMarks {
  const reported = Date.parse(changedAt);
  const isWithinSecond = now >= reported && now < reported + PRECISION_MS;
  return {
    bound: Date.parse(createdAt),
    ...(startedAt === undefined ? {} : { started: Date.parse(startedAt) }),
    // Within the second reported by the cluster, our own clock is more precise.
    ready: isWithinSecond || reported <= decided ? Math.max(now, decided) : reported,
  };
}
