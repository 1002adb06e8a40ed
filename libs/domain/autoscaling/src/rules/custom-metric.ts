export interface CustomMetricSettings {
  /** Target value per replica. */
  readonly threshold: number;
  /** Relative deviation from the threshold below which the number of replicas does not change. */
  readonly tolerance: number;
}

/** Default tolerance of Kubernetes' horizontal pod autoscaler. */
export const CUSTOM_TOLERANCE = 0.1;

export interface CustomObservation {
  readonly readyReplicas: number;
  /** Replicas that are starting: they will take a share of the load, and have no value yet. */
  readonly warmingReplicas: number;
  /** Average over the ready replicas; undefined where the series is missing. */
  readonly valuePerReplica: number | undefined;
}

export type CustomHold = 'no data' | 'none ready' | 'within tolerance' | 'warming';

/**
 * Number of replicas for a custom metric, by the formula of Kubernetes' horizontal pod autoscaler
 * (kubernetes, pkg/controller/podautoscaler/replica_calculator.go). Before a scale-up, starting replicas count with a
 * value of 0, so that a slow start does not cause more replicas. Pure.
 */
export function decideOnCustom(
  { threshold, tolerance }: CustomMetricSettings,
  { readyReplicas, warmingReplicas, valuePerReplica }: CustomObservation,
): { readonly replicas: number | undefined; readonly hold?: CustomHold } {
  const hold = (why: CustomHold) => ({ replicas: undefined, hold: why });
  if (valuePerReplica === undefined || !Number.isFinite(valuePerReplica)) return hold('no data');
  if (readyReplicas === 0) return hold('none ready');
  const ratio = valuePerReplica / threshold;
  if (ratio >= 1 - tolerance && ratio <= 1 + tolerance) return hold('within tolerance');
  if (ratio < 1 || warmingReplicas === 0) return { replicas: Math.ceil(ratio * readyReplicas) };
  const all = readyReplicas + warmingReplicas;
  const shared = (ratio * readyReplicas) / all;
  return shared <= 1 + tolerance ? hold('warming') : { replicas: Math.ceil(shared * all) };
}
