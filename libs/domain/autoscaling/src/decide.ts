import { withinBounds, type BoundName } from './bounds';
import { delayed } from './delay-window';
import { learnIdleTime, type IdleTimes } from './keep-alive';
import { COLD_START_MS, type ScalingObservation } from './observation';
import type { ScalingPolicy } from './policy';
import { scheduledBounds, type ScheduledBounds } from './schedule';
import type { ScalingState } from './state';
import { wishOf, type WishHold } from './wish';
import { holdLastReplica, type ZeroHold } from './zero';

/** Why a number of replicas came out: the inputs, and what each step made of them. Plain data. */
export interface Explanation {
  readonly rule: ScalingPolicy['rule']['kind'];
  /** What was seen. */
  readonly seen: ScalingObservation;
  /** Load that one replica is meant to carry, or value it is meant to have. */
  readonly target?: number;
  /** Only ever growing, because of a steep rise or a lost history. */
  readonly inPanic: boolean;
  /** What the rule asked for; where it held, what there was. */
  readonly wish: number;
  /** Why the rule asked for no other number. */
  readonly hold?: WishHold;
  /** The rule asked for none, but there are requests. */
  readonly woken?: true;
  /** A learned pause has passed: what is left in the windows is over. */
  readonly idleLongEnough?: true;
  /** What the wish became by the delay of shrinking, where that changed it. */
  readonly delayedTo?: number;
  readonly bounds: ScheduledBounds & { readonly initialReplicas: number };
  readonly limitedBy?: BoundName;
  /** Why the last replica stays. */
  readonly zeroHold?: ZeroHold;
  /** How long the last replica is kept by what was learned, ms. */
  readonly keepAliveMs?: number;
  readonly replicas: number;
}

export interface ScalingDecision {
  readonly replicas: number;
  readonly state: ScalingState;
  readonly explanation: Explanation;
}

/**
 * How many replicas a workload is to have now: schedule, rule, delay, initial replicas, bounds and the hold on the last
 * replica, in this order. The one place where they meet. Pure: the same policy, state and observation give the same
 * decision, and nothing but them counts.
 */
export function decideReplicas(
  policy: ScalingPolicy,
  state: ScalingState,
  seen: ScalingObservation,
): ScalingDecision {
  const { now, currentReplicas, readyReplicas } = seen;
  const { bounds, times } = scheduledBounds(policy, policy.schedules, state.times, now);
  const idle = policy.keepAlive === 'adaptive' ? learn(state.idle, seen) : state.idle;
  const keepAliveMs = policy.keepAlive === 'adaptive' ? idle.keepAliveMs : undefined;

  const ruled = wishOf(policy, state, seen);
  const idleMs = idleTime(seen);
  const idleLongEnough =
    keepAliveMs !== undefined &&
    idleMs !== undefined &&
    idleMs >= Math.max(keepAliveMs, policy.retentionMs) &&
    ruled.replicas !== undefined &&
    policy.rule.kind !== 'latency';
  const asked = idleLongEnough ? 0 : (ruled.replicas ?? currentReplicas);
  // Requests need a replica whatever the rule makes of them; those that wake the workload may need several.
  const woken = asked === 0 && seen.requests > 0;
  const wish = woken ? Math.min(policy.activationReplicas, currentReplicas || Infinity) : asked;

  // While a rule holds, what there is counts as wanted: a delay begins when something smaller is.
  const delay =
    policy.scaleDownDelayMs === 0
      ? { replicas: wish, wanted: state.wanted }
      : delayed(state.wanted, now, policy.scaleDownDelayMs, wish);

  const reachedInitial =
    state.reachedInitial || readyReplicas >= Math.min(policy.initialReplicas, bounds.maxReplicas);
  const limits = { min: bounds.minReplicas, max: bounds.maxReplicas, initial: policy.initialReplicas };
  const bounded = withinBounds(limits, reachedInitial, delay.replicas);

  const { stableWindowMs, retentionMs } = policy;
  const zero = holdLastReplica(
    {
      stableWindowMs,
      retentionMs,
      ...(keepAliveMs === undefined ? {} : { keepAliveMs: Math.max(keepAliveMs, retentionMs) }),
    },
    state.zero,
    { now, wanted: bounded.replicas, current: currentReplicas, readyReplicas, idleMs },
  );
  const replicas = Math.min(zero.replicas, bounds.maxReplicas);
  return {
    replicas,
    state: { ...ruled.state, wanted: delay.wanted, reachedInitial, zero: zero.state, idle, times },
    explanation: {
      rule: policy.rule.kind,
      seen,
      ...targetOf(policy),
      inPanic: isLoad(policy) && ruled.state.load.panicAt !== undefined,
      wish,
      ...(ruled.hold === undefined ? {} : { hold: ruled.hold }),
      ...(woken ? { woken } : {}),
      ...(idleLongEnough ? { idleLongEnough } : {}),
      ...(delay.replicas === wish ? {} : { delayedTo: delay.replicas }),
      bounds: { ...bounds, initialReplicas: reachedInitial ? 0 : policy.initialReplicas },
      ...(bounded.limitedBy === undefined ? {} : { limitedBy: bounded.limitedBy }),
      ...(zero.hold === undefined ? {} : { zeroHold: zero.hold }),
      ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
      replicas,
    },
  };
}

const learn = (idle: IdleTimes, { now, requests, lastRequestAt, coldStartMs }: ScalingObservation) =>
  learnIdleTime(idle, requests > 0 ? now : lastRequestAt, coldStartMs ?? COLD_START_MS);

const idleTime = ({ now, requests, lastRequestAt }: ScalingObservation): number | undefined => {
  if (requests > 0) return 0;
  return lastRequestAt === undefined ? undefined : now - lastRequestAt;
};

const isLoad = ({ rule: { kind } }: ScalingPolicy): boolean =>
  kind === 'throughput' || kind === 'concurrency';

function targetOf({ rule }: ScalingPolicy): Pick<Explanation, 'target'> {
  switch (rule.kind) {
    case 'throughput':
    case 'concurrency':
      return { target: rule.target };
    case 'latency':
      return { target: rule.thresholdMs };
    case 'custom':
      return { target: rule.threshold };
    case 'activity':
    case 'fixed':
      return {};
  }
}
