export interface LatencySettings {
  /** Target latency, ms. */
  readonly thresholdMs: number;
  /** Least number of requests in the window to decide on. */
  readonly leastSamples: number;
  /** Relative deviation from the threshold below which the number of replicas does not change. */
  readonly tolerance: number;
  /** Largest factor of one scale-up; its inverse bounds one scale-down. */
  readonly mostStep: number;
  /** Time after a change in which no replica is added, ms: at least the start time of a replica. */
  readonly cooldownMs: number;
}

/** The tolerance of a tenth is that of Kubernetes' horizontal pod autoscaler. */
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
  /** Replicas that are starting, and those ready for too short a time to be measured. */
  readonly warmingReplicas: number;
  /** Percentile over the window without cold requests and warming replicas, ms; undefined without data. */
  readonly latencyMs: number | undefined;
  readonly samples: number;
}

/** Plain data. */
export interface LatencyState {
  /** Time of the last scale-up, ms. */
  readonly grewAt?: number;
}

export type LatencyHold =
  'no data' | 'few samples' | 'none ready' | 'within tolerance' | 'warming' | 'cooldown';

/**
 * Number of replicas for a latency: scales by the ratio to the threshold, in bounded steps. It holds the current number
 * without a reliable measurement (no data, few samples, replicas still warming) and never gives zero. Latency lags load
 * and is not proportional to it, so a scale-up waits for the replicas added last. Pure.
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
