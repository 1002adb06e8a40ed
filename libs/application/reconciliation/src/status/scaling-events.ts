import type { WorkloadState } from '@tessera/contracts-events';
import type { ReplicaPod } from '../model/replica';
import type { EventBase, UnnumberedEvent } from './event';
import type { Observation } from './observation';
import { serves } from '../model/replica';

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
 * The event for the first ready replica of a workload that had none. Reported once: a replica that replaces a lost one
 * is no cold start. Clocks of the cluster and of this process are compared, so negative stage durations are set to 0.
 */
export function coldStart(
  base: EventBase,
  previous: WorkloadState,
  next: WorkloadState,
  seen: Observation,
): UnnumberedEvent[] {
  const wasCold = previous.coldSince !== undefined || previous.desiredReplicas === 0;
  const first = firstReady(seen.pods);
  if (!wasCold || previous.readyReplicas > 0 || first === undefined || next.desiredReplicas === 0) return [];
  const began = Date.parse(previous.coldSince ?? first.createdAt);
  let last = began;
  const stages = marksOf(first, Date.parse(next.updatedAt)).map(([stage, at]) => {
    const from = last;
    last = Math.max(last, at);
    return { stage, durationMs: last - from };
  });
  const { ordinal: replica, name: podName } = first;
  return [{ name: 'coldStart', data: { ...base, replica, podName, totalMs: last - began, stages } }];
}

const firstReady = (pods: readonly ReplicaPod[]): ReplicaPod | undefined =>
  pods
    .filter(serves)
    .sort((a, b) => Date.parse(a.changedAt) - Date.parse(b.changedAt) || a.ordinal - b.ordinal)[0];

/** When each stage ended, ms since the epoch, for the stages that the cluster reports. */
function marksOf(
  { createdAt, preparedAt, startedAt, changedAt }: ReplicaPod,
  now: number,
): [string, number][] {
  const reported = Date.parse(changedAt);
  // Within the second reported by the cluster, our own clock is more precise.
  const ready = now >= reported && now < reported + PRECISION_MS ? now : reported;
  return [
    ['placed', Date.parse(createdAt)],
    ...(preparedAt === undefined ? [] : [['prepared', Date.parse(preparedAt)] as [string, number]]),
    ...(startedAt === undefined ? [] : [['started', Date.parse(startedAt)] as [string, number]]),
    ['ready', ready],
  ];
}
