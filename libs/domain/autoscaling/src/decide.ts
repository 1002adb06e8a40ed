import { withinBounds } from './limits/bounds';
import { delayed } from './limits/delay-window';
import { explain, type Explanation } from './explanation';
import { learnIdleTime, type IdleTimes } from './limits/keep-alive';
import { COLD_START_MS, type ScalingObservation } from './observation';
import type { ScalingPolicy } from './policy';
import { scheduledBounds } from './limits/schedule';
import type { ScalingState } from './state';
import { wishOf, type WishHold } from './rules/wish';
import { holdLastReplica } from './limits/zero';

export interface ScalingDecision {
  readonly replicas: number;
  readonly state: ScalingState;
  readonly explanation: Explanation;
}

/**
 * Decides how many replicas a workload should have now. Applies schedule, scaling rule, scale-down delay, initial
 * replicas, bounds and the hold on the last replica, in this order. Pure: the decision depends on the policy, the state
 * and the observation alone.
 */
export function decideReplicas(
  policy: ScalingPolicy,
  state: ScalingState,
  seen: ScalingObservation,
): ScalingDecision {
  const { now, currentReplicas, readyReplicas } = seen;
  const { bounds, times } = scheduledBounds(policy, policy.schedules, state.times, now);
  const isAdaptive = policy.keepAlive === 'adaptive';
  const idle = isAdaptive ? learn(state.idle, seen) : state.idle;
  const keepAliveMs = isAdaptive ? idle.keepAliveMs : undefined;

  const ruled = wishOf(policy, state, seen);
  const idleMs = idleTime(seen);
  const pause = ruled.replicas === undefined ? undefined : pauseOf(policy, keepAliveMs, idleMs);
  const ruling = ruled.replicas ?? heldNumber(policy, ruled.hold, state, currentReplicas);
  const asked = pause === undefined ? ruling : Math.min(ruling, pause === 'over' ? 0 : 1);
  // A workload with requests needs a replica whatever the rule says; waking it may need several.
  const woken = asked === 0 && seen.requests > 0;
  const wish = woken ? Math.min(policy.activationReplicas, currentReplicas || Infinity) : asked;

  // While a rule holds, the current number counts as wanted: the delay begins when a smaller number is wanted.
  const delay =
    policy.scaleDownDelayMs === 0
      ? { replicas: wish, wanted: state.wanted }
      : delayed(state.wanted, now, policy.scaleDownDelayMs, wish);

  const reachedInitial =
    state.reachedInitial || readyReplicas >= Math.min(policy.initialReplicas, bounds.maxReplicas);
  const limits = { min: bounds.minReplicas, max: bounds.maxReplicas, initial: policy.initialReplicas };
  const bounded = withinBounds(limits, reachedInitial, delay.replicas);

  const zero = holdLastReplica(
    {
      stableWindowMs: policy.stableWindowMs,
      retentionMs: policy.retentionMs,
      keepAliveMs: keepAliveMs === undefined ? undefined : Math.max(keepAliveMs, policy.retentionMs),
    },
    state.zero,
    { now, wanted: bounded.replicas, current: currentReplicas, readyReplicas, idleMs },
  );
  const replicas = Math.min(zero.replicas, bounds.maxReplicas);
  const { load, latency } = ruled.state;
  const next = { load, latency, wanted: delay.wanted, reachedInitial, zero: zero.state, idle, times };
  const isRaised = bounded.limitedBy === 'minReplicas' && bounds.minBy !== undefined;
  // The delay may keep them for a while after the schedule has ended.
  const isGivenBack = state.raisedFrom !== undefined && ruled.replicas === undefined && wish < replicas;
  return {
    replicas,
    state: isRaised || isGivenBack ? { ...next, raisedFrom: wish } : next,
    explanation: explain(policy.rule, seen, {
      inPanic: isLoad(policy) && load.panicAt !== undefined,
      wish,
      bounds,
      initialReplicas: reachedInitial ? 0 : policy.initialReplicas,
      replicas,
      hold: ruled.hold,
      woken,
      idle: pause,
      delayedTo: delay.replicas,
      limitedBy: bounded.limitedBy,
      zeroHold: zero.hold,
      keepAliveMs,
      idleTimes: isAdaptive ? idle.gapsMs.length : undefined,
    }),
  };
}

/**
 * The number that stays where the rule holds. A rule that has nothing to measure holds its own number, not that to which
 * a schedule has raised it, so that the end of the schedule ends what it added. Missing load keeps what runs.
 */
const heldNumber = (
  { rule: { kind } }: ScalingPolicy,
  hold: WishHold | undefined,
  { raisedFrom = Infinity }: ScalingState,
  current: number,
): number => {
  const isLoad = kind === 'throughput' || kind === 'concurrency' || kind === 'activity';
  const isBlind = hold === 'no data' || hold === 'few samples' || hold === 'fixed';
  return isBlind && !isLoad ? Math.min(raisedFrom, current) : current;
};

const learn = (idle: IdleTimes, { now, requests, lastRequestAt, coldStartMs }: ScalingObservation) =>
  learnIdleTime(idle, requests > 0 ? now : lastRequestAt, coldStartMs ?? COLD_START_MS);

const idleTime = ({ now, requests, lastRequestAt }: ScalingObservation): number | undefined => {
  if (requests > 0) return 0;
  return lastRequestAt === undefined ? undefined : now - lastRequestAt;
};

/** After half a stable window without a request, one replica is enough, even in panic mode. */
const PAUSE_SHARE = 0.5;

function pauseOf(
  { keepAlive, rule, retentionMs, stableWindowMs }: ScalingPolicy,
  keepAliveMs: number | undefined,
  idleMs: number | undefined,
): Explanation['idle'] {
  if (keepAlive === 'fixed' || rule.kind === 'latency' || idleMs === undefined) return undefined;
  if (keepAliveMs !== undefined && idleMs >= Math.max(keepAliveMs, retentionMs)) return 'over';
  return idleMs >= stableWindowMs * PAUSE_SHARE ? 'pause' : undefined;
}

const isLoad = ({ rule: { kind } }: ScalingPolicy): boolean =>
  kind === 'throughput' || kind === 'concurrency';
