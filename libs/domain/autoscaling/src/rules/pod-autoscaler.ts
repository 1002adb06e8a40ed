/** Settings of the rule. Defaults are those of Knative, see {@link DEFAULTS}. */
export interface AutoscalerSettings {
  /** Target load per replica: threshold times target percentage. */
  readonly target: number;
  /** Panic mode begins where the panic window calls for this many times the ready replicas. */
  readonly panicThreshold: number;
  /** Largest factor of one scale-up. */
  readonly maxScaleUpRate: number;
  /** Largest divisor of one scale-down. */
  readonly maxScaleDownRate: number;
  /** Length of the stable window, and of panic mode after its last cause, ms. */
  readonly stableWindowMs: number;
  /** Least number of replicas when scaling from zero; has an effect from 2 on. */
  readonly activationReplicas?: number;
  /** False for a workload without new traffic: it scales down without a limit per step. */
  readonly reachable: boolean;
}

/** knative/serving, config/core/configmaps/autoscaler.yaml. */
export const DEFAULTS = {
  panicThreshold: 2,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  stableWindowMs: 60_000,
  panicWindowMs: 6_000,
  reachable: true,
  targetPercent: 70,
  leastTarget: 0.01,
} as const;

/** State carried from one decision to the next. Plain data. */
export interface AutoscalerState {
  /** When panic mode began or was prolonged, ms; absent in stable mode. */
  readonly panicAt?: number;
  /** Most replicas wanted during this panic. */
  readonly mostInPanic: number;
}

/** Inputs of a decision. */
export interface LoadObservation {
  /** ms since the epoch. */
  readonly now: number;
  /** Undefined where they could not be counted. */
  readonly readyReplicas: number | undefined;
  /** Average over the stable window; undefined where there is no data. */
  readonly stable: number | undefined;
  /** Average over the panic window, which counts as 0 where only it has no data. */
  readonly panic: number | undefined;
}

export interface AutoscalerDecision {
  /** Undefined where nothing can be decided: the number of replicas stays as it is. */
  readonly replicas: number | undefined;
  readonly state: AutoscalerState;
}

/**
 * The initial state. More than one ready replica means that an earlier leader decided on them and that its history is
 * lost: panic mode keeps at least those replicas until there is a new history.
 */
export const initialState = (now: number, readyReplicas: number): AutoscalerState => ({
  ...(readyReplicas > 1 ? { panicAt: now } : {}),
  mostInPanic: readyReplicas,
});

/** The decision of Knative's pod autoscaler (knative/serving v0.49, pkg/autoscaler/scaling/autoscaler.go). Pure. */
export function decideOnLoad(
  settings: AutoscalerSettings,
  state: AutoscalerState,
  { now, readyReplicas, stable, panic = 0 }: LoadObservation,
): AutoscalerDecision {
  if (stable === undefined || readyReplicas === undefined) return { replicas: undefined, state };
  const ready = Math.max(1, readyReplicas);
  const most = Math.ceil(settings.maxScaleUpRate * ready);
  const least = settings.reachable ? Math.floor(ready / settings.maxScaleDownRate) : 0;
  const wantedFor = (load: number): number => Math.ceil(load / settings.target);
  const bounded = (wanted: number): number => {
    const within = Math.min(Math.max(wanted, least), most);
    return wanted > 0 ? Math.max(within, settings.activationReplicas ?? 0) : within;
  };
  const panicAt = nextPanic(settings, state, now, wantedFor(panic) / ready >= settings.panicThreshold);
  const steady = bounded(wantedFor(stable));
  if (panicAt === undefined) {
    const hasEnded = state.panicAt !== undefined;
    // The same object for an unchanged state: this runs for every workload at every tick.
    return { replicas: steady, state: hasEnded ? { mostInPanic: 0 } : state };
  }
  // In panic mode the number only grows.
  const mostInPanic = Math.max(state.mostInPanic, steady, bounded(wantedFor(panic)));
  return { replicas: mostInPanic, state: { panicAt, mostInPanic } };
}

/** Panic mode begins and is prolonged at the threshold, and ends one stable window after its last cause. */
function nextPanic(
  { stableWindowMs }: AutoscalerSettings,
  { panicAt }: AutoscalerState,
  now: number,
  isOver: boolean,
): number | undefined {
  if (isOver) return now;
  return panicAt !== undefined && panicAt + stableWindowMs < now ? undefined : panicAt;
}
