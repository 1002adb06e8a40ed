import type { BoundName } from './bounds';
import type { ScalingObservation } from './observation';
import type { ScalingPolicy, ScalingRule } from './policy';
import type { ScheduledBounds } from './schedule';
import type { WishHold } from './wish';
import type { ZeroHold } from './zero';

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
  /** What an adaptive workload is in: a pause, which one replica waits for, or a longer one than is worth waiting for. */
  readonly idle?: 'pause' | 'over';
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

/** What was found out on the way to a decision; undefined is left out of its explanation. */
export interface Reasons {
  readonly inPanic: boolean;
  readonly wish: number;
  readonly bounds: Explanation['bounds'];
  readonly replicas: number;
  readonly hold: WishHold | undefined;
  readonly woken: boolean;
  readonly idle: Explanation['idle'];
  readonly delayedTo: number;
  readonly limitedBy: BoundName | undefined;
  readonly zeroHold: ZeroHold | undefined;
  readonly keepAliveMs: number | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The explanation of a decision. Pure. */
export function explain(rule: ScalingRule, seen: ScalingObservation, reasons: Reasons): Explanation {
  const { inPanic, wish, bounds, replicas, delayedTo } = reasons;
  // Field by field: this runs for every workload at every tick, and spreading objects costs more than all decisions.
  const explanation: Writable<Explanation> = { rule: rule.kind, seen, inPanic, wish, bounds, replicas };
  const target = targetOf(rule);
  if (target !== undefined) explanation.target = target;
  if (reasons.hold !== undefined) explanation.hold = reasons.hold;
  if (reasons.woken) explanation.woken = true;
  if (reasons.idle !== undefined) explanation.idle = reasons.idle;
  if (delayedTo !== wish) explanation.delayedTo = delayedTo;
  if (reasons.limitedBy !== undefined) explanation.limitedBy = reasons.limitedBy;
  if (reasons.zeroHold !== undefined) explanation.zeroHold = reasons.zeroHold;
  if (reasons.keepAliveMs !== undefined) explanation.keepAliveMs = reasons.keepAliveMs;
  return explanation;
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
  }
}
