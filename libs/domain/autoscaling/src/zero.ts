/** Since when a workload serves, and since when nothing has been wanted of it. Times in ms. Plain data. */
export interface ZeroState {
  readonly activeSince?: number;
  readonly idleSince?: number;
}

/** What the way to zero depends on. */
export interface ZeroObservation {
  /** ms since the epoch. */
  readonly now: number;
  /** Replicas that the load asks for. */
  readonly wanted: number;
  /** Replicas there are or will be, as decided before. */
  readonly current: number;
  readonly readyReplicas: number;
  /** Since its last request, ms; undefined where no request is known. */
  readonly idleMs: number | undefined;
}

export interface ZeroRule {
  /** How long a workload serves at the least before it can be idle, ms. */
  readonly stableWindowMs: number;
  /** How long the last replica stays once nothing is wanted of it, ms. */
  readonly retentionMs: number;
  /** A learned time since the last request, ms, which takes the place of both. */
  readonly keepAliveMs: number | undefined;
}

export type ZeroHold = 'starting' | 'served too short' | 'retention' | 'keep-alive';

export interface ZeroDecision {
  readonly replicas: number;
  readonly state: ZeroState;
  readonly hold?: ZeroHold;
}

/**
 * Holds the last replica until it may go: not before the first one was ready, not within a stable window of that, and not
 * before the retention has passed, which begins when nothing is wanted any more (knative/serving,
 * pkg/reconciler/autoscaling/kpa/scaler.go, with the gateway always in the path). Pure.
 */
export function holdLastReplica(rule: ZeroRule, state: ZeroState, seen: ZeroObservation): ZeroDecision {
  const { now, wanted, current, readyReplicas } = seen;
  const activeSince = readyReplicas > 0 ? (state.activeSince ?? now) : state.activeSince;
  const active: ZeroState = activeSince === undefined ? {} : { activeSince };
  if (wanted > 0) return { replicas: wanted, state: isSame(state, activeSince) ? state : active };
  if (current === 0) return { replicas: 0, state: {} };
  if (activeSince === undefined) return { replicas: current, state: {}, hold: 'starting' };
  const idleSince = state.idleSince ?? now;
  const last = (hold: ZeroHold) => ({ replicas: 1, state: { ...active, idleSince }, hold });
  if (rule.keepAliveMs !== undefined) {
    const idleMs = seen.idleMs ?? now - activeSince;
    return idleMs < rule.keepAliveMs ? last('keep-alive') : { replicas: 0, state: {} };
  }
  if (now - activeSince < rule.stableWindowMs) return { ...last('served too short'), state: active };
  if (now - idleSince < rule.retentionMs) return last('retention');
  return { replicas: 0, state: {} };
}

/** A state that did not change is the same object: most workloads at most ticks. */
const isSame = (state: ZeroState, activeSince: number | undefined): boolean =>
  state.idleSince === undefined && state.activeSince === activeSince;
