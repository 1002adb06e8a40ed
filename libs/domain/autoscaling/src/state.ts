import { tickOf, type WantedAt } from './delay-window';
import { NO_IDLE_TIMES, type IdleTimes } from './keep-alive';
import type { LatencyState } from './latency';
import { initialState, type AutoscalerState } from './pod-autoscaler';
import type { ScheduledTime } from './schedule';
import type { ZeroState } from './zero';

/** What one decision on a workload leaves to the next. Plain data. */
export interface ScalingState {
  readonly load: AutoscalerState;
  readonly latency: LatencyState;
  readonly wanted: readonly WantedAt[];
  readonly reachedInitial: boolean;
  readonly zero: ZeroState;
  readonly idle: IdleTimes;
  readonly times: readonly ScheduledTime[];
}

/**
 * The state to begin with, from what runs: a new workload, or one whose history was lost with the leader that knew it.
 * More than one ready replica means panic, and those that are ready count as wanted just now, so that lost history never
 * shrinks a fleet. `reachedInitial` is true where the workload has had its initial replicas before. Pure.
 */
export const stateFromWhatRuns = (running: {
  readonly now: number;
  readonly readyReplicas: number;
  readonly reachedInitial?: boolean;
}): ScalingState => ({
  load: initialState(running.now, running.readyReplicas),
  latency: {},
  wanted: running.readyReplicas > 0 ? [{ tick: tickOf(running.now), replicas: running.readyReplicas }] : [],
  reachedInitial: running.reachedInitial ?? false,
  zero: running.readyReplicas > 0 ? { activeSince: running.now } : {},
  idle: NO_IDLE_TIMES,
  times: [],
});
