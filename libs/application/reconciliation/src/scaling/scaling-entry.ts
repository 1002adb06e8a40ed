import {
  decideReplicas,
  stateFromWhatRuns,
  type Explanation,
  type ScalingObservation,
  type ScalingPolicy,
  type ScalingState,
} from '@tessera/domain-autoscaling';
import { maybe } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';
import type { ObservedLoad } from './load-store';
import type { MetricValue } from './metric-values';

/** What a new leader needs of the scaling of a workload and cannot see in the cluster. Stored with its row. */
export interface ScalingRecord {
  /** The workload has had its initial replicas once. */
  readonly reachedInitial: boolean;
  /** Idle times, from which the adaptive keep-alive learns; without the time of the last request. */
  readonly idle: Pick<ScalingState['idle'], 'gapsMs' | 'keepAliveMs'>;
  /** Number that the rule asks for while a schedule asks for more. */
  readonly raisedFrom?: number;
}

/** Replicas without a place, and why. */
export interface Unplaced {
  readonly replicas: number;
  readonly verdict: string;
}

/** Everything that a decision about one workload is made from. Times in ms since the epoch. */
export interface GatheredLoad {
  readonly now: number;
  readonly pods: readonly ReplicaPod[];
  readonly load: ObservedLoad;
  /** Silence in the reports means that there were no requests. */
  readonly isComplete: boolean;
  readonly unplaced: Unplaced | undefined;
  /** Replicas that take requests for too short a time to be measured; counted for a latency alone. */
  readonly unmeasuredReplicas: number;
  /** Of a metric by name, where one decides. */
  readonly value: MetricValue | undefined;
  readonly coldStartMs: number | undefined;
}

/** The scaling of one workload between two decisions. Plain data. */
export interface ScalingEntry {
  readonly policy: ScalingPolicy;
  readonly state: ScalingState;
  /** The latest decision. */
  readonly replicas: number;
  /** Absent before the first decision. */
  readonly explanation?: Explanation;
  /** Reports of gateways are missing, so there is no data or the number of replicas did not shrink. */
  readonly incomplete?: true;
}

/**
 * The scaling of a workload that this leader has not decided on before: from what runs, from the number decided last
 * and from the record of an earlier leader. A new workload has none and begins with its initial replicas. Pure.
 */
export function entryFromWhatRuns(
  policy: ScalingPolicy,
  before: { readonly desiredReplicas: number; readonly record?: ScalingRecord },
  pods: readonly ReplicaPod[],
  now: number,
): ScalingEntry {
  const { record, desiredReplicas } = before;
  const isNew = record === undefined && desiredReplicas === 0;
  const state = stateFromWhatRuns({
    now,
    readyReplicas: pods.filter(isCapacity).length,
    reachedInitial: record?.reachedInitial ?? false,
    raisedFrom: record?.raisedFrom,
  });
  return {
    policy,
    state: record === undefined ? state : { ...state, idle: record.idle },
    replicas: isNew ? policy.initialReplicas : desiredReplicas,
  };
}

/**
 * Decides on a workload. While reports of gateways are missing the number never shrinks, except to the maximum, because
 * missing reports are not zero load. Pure.
 */
export function decideEntry(entry: ScalingEntry, gathered: GatheredLoad): ScalingEntry {
  const { policy, state, replicas: current } = entry;
  const decided = decideReplicas(policy, state, observationOf(policy, current, gathered));
  const { replicas, explanation } = decided;
  const { kind } = policy.rule;
  if (gathered.isComplete || kind === 'fixed') return { policy, state: decided.state, replicas, explanation };
  // Model servers report the value of a metric by name; gateways report only whether the last replica is in use.
  const kept = kind === 'custom' ? Math.min(current, 1) : current;
  const least = Math.min(kept, explanation.bounds.maxReplicas);
  const next = { policy, state: decided.state, replicas: Math.max(replicas, least), explanation };
  const isBlind = kind !== 'custom' && explanation.hold === 'no data';
  return replicas < least || isBlind ? { ...next, incomplete: true } : next;
}

/** The part of the state that outlives the leader. */
export const recordOf = ({ state: { reachedInitial, idle, raisedFrom } }: ScalingEntry): ScalingRecord => ({
  reachedInitial,
  idle: {
    gapsMs: idle.gapsMs,
    ...maybe('keepAliveMs', idle.keepAliveMs),
  },
  ...maybe('raisedFrom', raisedFrom),
});

function observationOf(
  { rule }: ScalingPolicy,
  currentReplicas: number,
  gathered: GatheredLoad,
): ScalingObservation {
  const { now, pods, load, unplaced, value, coldStartMs } = gathered;
  let ready = 0;
  let warming = rule.kind === 'latency' ? gathered.unmeasuredReplicas : 0;
  for (const pod of pods) {
    if (isCapacity(pod)) ready += 1;
    else if (isStarting(pod)) warming += 1;
  }
  // Assigned field by field: this runs for every workload at every tick, and object spread costs more than the rest.
  const seen: Writable<ScalingObservation> = {
    now,
    currentReplicas,
    readyReplicas: ready,
    warmingReplicas: warming,
    requests: load.requests,
  };
  if (load.lastRequestAt !== undefined) seen.lastRequestAt = load.lastRequestAt;
  if (load.load !== undefined) seen.load = load.load;
  if (load.latency !== undefined) seen.latency = load.latency;
  if (unplaced !== undefined) seen.unplaced = unplaced;
  if (value !== undefined && 'missing' in value) seen.valueMissing = value.missing;
  else if (value !== undefined) {
    seen.valuePerReplica = value.perReplica;
    seen.measuredReplicas = value.replicas;
  }
  if (coldStartMs !== undefined) seen.coldStartMs = coldStartMs;
  return seen;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Takes requests now and will go on to. */
export const isCapacity = (pod: ReplicaPod): boolean =>
  pod.ready && !pod.terminating && pod.drainingSince === undefined;

const isStarting = ({ ready, terminating, phase }: ReplicaPod): boolean =>
  !ready && !terminating && (phase === 'Pending' || phase === 'Running');
