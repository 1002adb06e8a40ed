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
  /** Average over the replicas that have a value; undefined where the series is missing. */
  readonly valuePerReplica: number | undefined;
  /** Ready replicas that have a value; default all of them. */
  readonly measuredReplicas?: number | undefined;
}

export type CustomHold = 'no data' | 'none ready' | 'within tolerance' | 'warming';

/**
 * Number of replicas for a custom metric, by the formula of Kubernetes' horizontal pod autoscaler
 * (kubernetes, pkg/controller/podautoscaler/replica_calculator.go). Before a scale-up, starting replicas count with a
 * value of 0, so that a slow start does not cause more replicas; ready ones without a value count as 0 before a scale-up
 * and as just at the threshold before a scale-down, so that they cause neither. Pure.
 */
export function decideOnCustom(
  { threshold, tolerance }: CustomMetricSettings,
  { readyReplicas, warmingReplicas, valuePerReplica, measuredReplicas = readyReplicas }: CustomObservation,
): { readonly replicas: number | undefined; readonly hold?: CustomHold } {
  const hold = (why: CustomHold) => ({ replicas: undefined, hold: why });
  if (valuePerReplica === undefined || !Number.isFinite(valuePerReplica)) return hold('no data');
  if (readyReplicas === 0) return hold('none ready');
  const ratio = valuePerReplica / threshold;
  if (ratio >= 1 - tolerance && ratio <= 1 + tolerance) return hold('within tolerance');
  const measured = Math.min(readyReplicas, measuredReplicas);
  // In replicas that are just at the threshold.
  const needed = ratio * measured + (ratio < 1 ? readyReplicas - measured : 0);
  const isSmall = (all: number) => needed >= (1 - tolerance) * all && needed <= (1 + tolerance) * all;
  if (isSmall(readyReplicas)) return hold('within tolerance');
  if (ratio < 1) return { replicas: Math.ceil(needed) };
  if (needed < readyReplicas) return hold('within tolerance');
  const all = readyReplicas + warmingReplicas;
  return warmingReplicas > 0 && needed <= (1 + tolerance) * all
    ? hold('warming')
    : { replicas: Math.ceil(needed) };
}
