export interface LatencySettings {
  /** The latency that is aimed at, ms. */
  readonly thresholdMs: number;
  /** Fewer requests than this in the window say nothing. */
  readonly leastSamples: number;
  /** Share by which the latency may miss its threshold before anything is done. */
  readonly tolerance: number;
  /** One decision grows the fleet by this factor at most, and shrinks it by its inverse. */
  readonly mostStep: number;
  /** How long after a change nothing more is added, ms: at least what a replica takes to start. */
  readonly cooldownMs: number;
}

/** A tenth of tolerance is that of Kubernetes' horizontal pod autoscaler. */
export const LATENCY_DEFAULTS = {
  leastSamples: 20,
  tolerance: 0.1,
  mostStep: 2,
  cooldownMs: 30_000,
} as const;

export interface LatencyObservation {
  /** ms since the epoch. */
  readonly now: number;
  readonly readyReplicas: number;
  /** Replicas that are starting, and those that are ready for too short to be judged. */
  readonly warmingReplicas: number;
  /** Percentile over the window without cold requests and warming replicas, ms; undefined without data. */
  readonly latencyMs: number | undefined;
  readonly samples: number;
}

/** Plain data. */
export interface LatencyState {
  /** When the fleet grew last, ms. */
  readonly grewAt?: number;
}

export type LatencyHold =
  'no data' | 'few samples' | 'none ready' | 'within tolerance' | 'warming' | 'cooldown';

/**
 * Replicas for a latency: the ratio to its threshold, in bounded steps. It holds where it cannot know (no data, few
 * samples, replicas still warming) and never goes to zero. Latency lags load and is not proportional to it, so what
 * grows waits for what was added last. Pure.
 */
export function decideOnLatency(
  settings: LatencySettings,
  state: LatencyState,
  { now, readyReplicas, warmingReplicas, latencyMs, samples }: LatencyObservation,
): { readonly replicas: number | undefined; readonly state: LatencyState; readonly hold?: LatencyHold } {
  const hold = (why: LatencyHold) => ({ replicas: undefined, state, hold: why });
  if (latencyMs === undefined) return hold('no data');
  if (samples < settings.leastSamples) return hold('few samples');
  if (readyReplicas === 0) return hold('none ready');
  const ratio = latencyMs / settings.thresholdMs;
  if (ratio >= 1 - settings.tolerance && ratio <= 1 + settings.tolerance) return hold('within tolerance');
  if (ratio > 1) {
    if (warmingReplicas > 0) return hold('warming');
    if (state.grewAt !== undefined && now - state.grewAt < settings.cooldownMs) return hold('cooldown');
  }
  const step = Math.min(settings.mostStep, Math.max(1 / settings.mostStep, ratio));
  const replicas = Math.max(1, Math.ceil(readyReplicas * step));
  return { replicas, state: replicas > readyReplicas ? { grewAt: now } : state };
}
