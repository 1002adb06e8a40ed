import { maybe } from '@tessera/kernel';
import type { ScalingIntent } from '../intent';
import type { Autoscaling, InferenceSpec } from '../spec';
import { ignoreGiven, type Ignore } from './ignored-fields';

/** Replica bounds after defaults: min 1; max is min, or 1 where min is 0. */
export function replicaBounds(autoscaling: Autoscaling): { readonly min: number; readonly max: number } {
  const min = autoscaling.minReplicas ?? 1;
  return { min, max: autoscaling.maxReplicas ?? Math.max(min, 1) };
}

/** True where network activity alone decides, between zero and one replica, whatever the metric. */
export const followsActivity = ({ min, max }: { readonly min: number; readonly max: number }): boolean =>
  min === 0 && max === 1;

/** Metrics that metricThresholdPercentage applies to. */
const RATED = ['throughput', 'concurrency'];

/** The scaling intent; fields without effect in this combination are ignored. */
export function scalingIntent(spec: InferenceSpec, ignore: Ignore): ScalingIntent {
  const autoscaling = spec.autoscaling ?? {};
  const bounds = replicaBounds(autoscaling);
  const { min, max } = bounds;
  const retention = autoscaling.scaleToZeroRetentionSeconds ?? 0;
  if (retention > 0 && min > 0)
    ignore('spec.autoscaling.scaleToZeroRetentionSeconds', 'it applies only with minReplicas 0');
  if (typeof autoscaling.initializationTimeoutSeconds === 'number')
    ignore(
      'spec.autoscaling.initializationTimeoutSeconds',
      'spec.servingConfiguration.initializationTimeoutSeconds applies instead',
    );
  const start = Math.min(max, Math.max(min, autoscaling.initialReplicas ?? Math.max(min, 1)));
  if (typeof autoscaling.initialReplicas === 'number' && autoscaling.initialReplicas !== start)
    ignore(
      'spec.autoscaling.initialReplicas',
      `it is outside minReplicas and maxReplicas; the workload starts with ${start}`,
    );
  if (typeof autoscaling.activationReplicas === 'number' && min > 0)
    ignore('spec.autoscaling.activationReplicas', 'it applies only with minReplicas 0');
  return {
    minReplicas: min,
    maxReplicas: max,
    initialReplicas: start,
    ...maybe('metric', metricIntent(autoscaling, bounds, ignore)),
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
  ignore: Ignore,
): ScalingIntent['metric'] {
  const { metric, metricThreshold, metricThresholdPercentage } = autoscaling;
  const leaveOut = (reason: string): void =>
    ignoreGiven(
      autoscaling,
      ['metric', 'metricThreshold', 'metricThresholdPercentage'],
      'spec.autoscaling',
      reason,
      ignore,
    );
  if (bounds.min === bounds.max) {
    leaveOut('the number of replicas is fixed');
    return undefined;
  }
  if (followsActivity(bounds)) {
    leaveOut('between 0 and 1 replicas, network activity decides');
    return 'activity';
  }
  if (!metric || typeof metricThreshold !== 'number') return undefined;
  const rated = RATED.includes(metric);
  if (!rated)
    ignoreGiven(
      autoscaling,
      ['metricThresholdPercentage'],
      'spec.autoscaling',
      `it does not apply to ${metric}`,
      ignore,
    );
  return {
    name: metric,
    threshold: metricThreshold,
    ...(rated ? maybe('targetPercent', metricThresholdPercentage) : {}),
  };
}
