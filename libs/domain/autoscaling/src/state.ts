import { maybe } from '@tessera/kernel';
import { tickOf, type WantedAt } from './limits/delay-window';
import { NO_IDLE_TIMES, type IdleTimes } from './limits/keep-alive';
import type { LatencyState } from './rules/latency';
import { initialState, type AutoscalerState } from './rules/pod-autoscaler';
import type { ScheduledTime } from './limits/schedule';
import type { ZeroState } from './limits/zero';

/** State of a workload carried from one decision to the next. Plain data. */
export interface ScalingState {
  readonly load: AutoscalerState;
  readonly latency: LatencyState;
  readonly wanted: readonly WantedAt[];
  readonly reachedInitial: boolean;
  readonly zero: ZeroState;
  readonly idle: IdleTimes;
  readonly times: readonly ScheduledTime[];
  /** Number that the rule asks for while the minimum of a schedule is above it; absent otherwise. */
  readonly raisedFrom?: number;
}

/**
 * The initial state, derived from the running replicas: for a new workload, or one whose history was lost with its
 * leader. More than one ready replica starts in panic mode, and the ready replicas count as wanted now, so that a lost
 * history never scales a workload down. `reachedInitial` is true where it has had its initial replicas before. Pure.
 */
export const stateFromWhatRuns = (running: {
  readonly now: number;
  readonly readyReplicas: number;
  readonly reachedInitial?: boolean;
  readonly raisedFrom?: number | undefined;
}): ScalingState => ({
  load: initialState(running.now, running.readyReplicas),
  latency: {},
  wanted: running.readyReplicas > 0 ? [{ tick: tickOf(running.now), replicas: running.readyReplicas }] : [],
  reachedInitial: running.reachedInitial ?? false,
  zero: running.readyReplicas > 0 ? { activeSince: running.now } : {},
  idle: NO_IDLE_TIMES,
  times: [],
  ...maybe('raisedFrom', running.raisedFrom),
});
