import type { ScalingIntent } from '../intent';
import type { Autoscaling, InferenceSpec } from '../spec';
import { maybe, omitGiven, type Omit } from './omissions';

/** Replica bounds after defaults: min 1; max is min, or 1 where min is 0. */
export function replicaBounds(autoscaling: Autoscaling): { readonly min: number; readonly max: number } {
  const min = autoscaling.minReplicas ?? 1;
  return { min, max: autoscaling.maxReplicas ?? Math.max(min, 1) };
}

/** Network activity alone decides between zero and one replica, whatever the metric says. */
export const followsActivity = ({ min, max }: { readonly min: number; readonly max: number }): boolean =>
  min === 0 && max === 1;

/** Units of a metric's threshold that the share applies to. */
const RATED = ['throughput', 'concurrency'];

/** Scaling, with what does not count in this combination left out. */
export function scalingIntent(spec: InferenceSpec, omit: Omit): ScalingIntent {
  const autoscaling = spec.autoscaling ?? {};
  const bounds = replicaBounds(autoscaling);
  const { min, max } = bounds;
  const retention = autoscaling.scaleToZeroRetentionSeconds ?? 0;
  if (retention > 0 && min > 0)
    omit('spec.autoscaling.scaleToZeroRetentionSeconds', 'it counts with minReplicas 0 only');
  if (typeof autoscaling.initializationTimeoutSeconds === 'number')
    omit(
      'spec.autoscaling.initializationTimeoutSeconds',
      'spec.servingConfiguration.initializationTimeoutSeconds counts instead',
    );
  const start = Math.min(max, Math.max(min, autoscaling.initialReplicas ?? Math.max(min, 1)));
  if (typeof autoscaling.initialReplicas === 'number' && autoscaling.initialReplicas !== start)
    omit(
      'spec.autoscaling.initialReplicas',
      `it lies outside minReplicas and maxReplicas; it starts with ${start}`,
    );
  if (typeof autoscaling.activationReplicas === 'number' && min > 0)
    omit('spec.autoscaling.activationReplicas', 'it counts with minReplicas 0 only');
  return {
    minReplicas: min,
    maxReplicas: max,
    initialReplicas: start,
    ...maybe('metric', metricIntent(autoscaling, bounds, omit)),
    scaleToZeroRetentionMs: min === 0 ? retention * 1000 : 0,
    ...maybe('activationReplicas', autoscaling.activationReplicas),
    ...(autoscaling.concurrencyHardLimit ? { concurrencyHardLimit: autoscaling.concurrencyHardLimit } : {}),
    ...(typeof autoscaling.scaleDownDelaySeconds === 'number'
      ? { scaleDownDelayMs: autoscaling.scaleDownDelaySeconds * 1000 }
      : {}),
  };
}

function metricIntent(
  autoscaling: Autoscaling,
  bounds: { readonly min: number; readonly max: number },
  omit: Omit,
): ScalingIntent['metric'] {
  const { metric, metricThreshold, metricThresholdPercentage } = autoscaling;
  const leaveOut = (reason: string): void =>
    omitGiven(
      autoscaling,
      ['metric', 'metricThreshold', 'metricThresholdPercentage'],
      'spec.autoscaling',
      reason,
      omit,
    );
  if (bounds.min === bounds.max) {
    leaveOut('the number of replicas is fixed');
    return undefined;
  }
  if (followsActivity(bounds)) {
    leaveOut('between 0 and 1 replicas network activity decides');
    return 'activity';
  }
  if (!metric || typeof metricThreshold !== 'number') return undefined;
  const rated = RATED.includes(metric);
  if (!rated)
    omitGiven(
      autoscaling,
      ['metricThresholdPercentage'],
      'spec.autoscaling',
      `it does not apply to ${metric}`,
      omit,
    );
  return {
    name: metric,
    threshold: metricThreshold,
    ...(rated ? maybe('targetPercent', metricThresholdPercentage) : {}),
  };
}
