/** Since when a workload serves, and since when it is idle. Times in ms. Plain data. */
export interface ZeroState {
  readonly activeSince?: number;
  readonly idleSince?: number;
}

/** Inputs of the decision to scale to zero. */
export interface ZeroObservation {
  /** ms since the epoch. */
  readonly now: number;
  /** Replicas that the load calls for. */
  readonly wanted: number;
  /** Number of the previous decision. */
  readonly current: number;
  readonly readyReplicas: number;
  /** Time since its last request, ms; undefined where no request is known. */
  readonly idleMs: number | undefined;
}

export interface ZeroRule {
  /** Least time that a workload serves before it can be idle, ms. */
  readonly stableWindowMs: number;
  /** How long the last replica is kept once it is idle, ms. */
  readonly retentionMs: number;
  /** Learned keep-alive time since the last request, ms; replaces both. */
  readonly keepAliveMs: number | undefined;
}

export type ZeroHold = 'starting' | 'served too short' | 'retention' | 'keep-alive';

export interface ZeroDecision {
  readonly replicas: number;
  readonly state: ZeroState;
  readonly hold?: ZeroHold;
}

/**
 * Keeps the last replica until it may be removed: not before the first one was ready, not within a stable window of
 * that, and not before the retention has passed, which begins when the workload becomes idle (knative/serving,
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

/** Returns the same object for an unchanged state, the case of most workloads at most ticks. */
const isSame = (state: ZeroState, activeSince: number | undefined): boolean =>
  state.idleSince === undefined && state.activeSince === activeSince;
