import type { BoundName } from './limits/bounds';
import type { ScalingObservation } from './observation';
import type { ScalingPolicy, ScalingRule } from './policy';
import type { ScheduledBounds } from './limits/schedule';
import type { WishHold } from './rules/wish';
import type { ZeroHold } from './limits/zero';

/** Why a decision gave this number of replicas: its inputs and the result of each step. Plain data. */
export interface Explanation {
  readonly rule: ScalingPolicy['rule']['kind'];
  /** Name of the metric; absent where none decides. */
  readonly metric?: string;
  /** The observation that the decision was made from. */
  readonly seen: ScalingObservation;
  /** Target load or target value per replica. */
  readonly target?: number;
  /** Panic mode: the number only grows, after a steep rise or a lost history. */
  readonly inPanic: boolean;
  /** Number that the rule gave; the current number where the rule held. */
  readonly wish: number;
  /** Why the rule held the current number. */
  readonly hold?: WishHold;
  /** The rule gave 0, but there are requests. */
  readonly woken?: true;
  /**
   * Idle state of an adaptive workload: `pause` keeps one replica; `over` is longer than a replica is worth keeping.
   */
  readonly idle?: 'pause' | 'over';
  /** The wish after the scale-down delay, where the delay changed it. */
  readonly delayedTo?: number;
  readonly bounds: ScheduledBounds;
  /** Acts as a minimum; 0 once that many replicas have been ready. */
  readonly initialReplicas: number;
  readonly limitedBy?: BoundName;
  /** Why the last replica stays. */
  readonly zeroHold?: ZeroHold;
  /** Learned time for which the last replica is kept, ms. */
  readonly keepAliveMs?: number;
  /** Idle times from which an adaptive workload learns. */
  readonly idleTimes?: number;
  readonly replicas: number;
}

/** Intermediate results of a decision; the explanation leaves undefined ones out. */
export interface Reasons {
  readonly inPanic: boolean;
  readonly wish: number;
  readonly bounds: ScheduledBounds;
  readonly initialReplicas: number;
  readonly replicas: number;
  readonly hold: WishHold | undefined;
  readonly woken: boolean;
  readonly idle: Explanation['idle'];
  readonly delayedTo: number;
  readonly limitedBy: BoundName | undefined;
  readonly zeroHold: ZeroHold | undefined;
  readonly keepAliveMs: number | undefined;
  readonly idleTimes: number | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The explanation of a decision. Pure. */
export function explain(rule: ScalingRule, seen: ScalingObservation, reasons: Reasons): Explanation {
  const { inPanic, wish, bounds, initialReplicas, replicas, delayedTo } = reasons;
  // Assigned field by field: this runs for every workload at every tick, and object spread costs more than the
  // decision.
  const explanation: Writable<Explanation> = {
    rule: rule.kind,
    seen,
    inPanic,
    wish,
    bounds,
    initialReplicas,
    replicas,
  };
  const metric = metricOf(rule);
  if (metric !== undefined) explanation.metric = metric;
  const target = targetOf(rule);
  if (target !== undefined) explanation.target = target;
  if (reasons.hold !== undefined) explanation.hold = reasons.hold;
  if (reasons.woken) explanation.woken = true;
  if (reasons.idle !== undefined) explanation.idle = reasons.idle;
  if (delayedTo !== wish) explanation.delayedTo = delayedTo;
  if (reasons.limitedBy !== undefined) explanation.limitedBy = reasons.limitedBy;
  if (reasons.zeroHold !== undefined) explanation.zeroHold = reasons.zeroHold;
  if (reasons.keepAliveMs !== undefined) explanation.keepAliveMs = reasons.keepAliveMs;
  if (reasons.idleTimes !== undefined) explanation.idleTimes = reasons.idleTimes;
  return explanation;
}

function metricOf(rule: ScalingRule): string | undefined {
  if (rule.kind === 'activity' || rule.kind === 'fixed') return undefined;
  return rule.kind === 'custom' ? rule.name : rule.kind;
}

function targetOf(rule: ScalingRule): number | undefined {
  switch (rule.kind) {
    case 'throughput':
    case 'concurrency':
      return rule.target;
    case 'latency':
      return rule.thresholdMs;
    case 'custom':
      return rule.threshold;
    case 'activity':
    case 'fixed':
      return undefined;
    default:
      return rule satisfies never;
  }
}
