import { maybe } from '@tessera/kernel';
import type { ReplicaSchedule, ScalingIntent } from '../intent';
import type { Autoscaling, InferenceSpec, ScheduleSpec } from '../spec';
import { ignoreGiven, type Ignore } from './ignored-fields';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Replica bounds after defaults: min 1; max is min, or 1 where min is 0. */
export function replicaBounds(autoscaling: Autoscaling): Bounds {
  const min = autoscaling.minReplicas ?? 1;
  return { min, max: autoscaling.maxReplicas ?? Math.max(min, 1) };
}

/** True where network activity alone decides, between zero and one replica, whatever the metric. */
export const followsActivity = ({ min, max }: Bounds): boolean => min === 0 && max === 1;

export const schedulesOf = ({ tessera }: Autoscaling): readonly ScheduleSpec[] =>
  (tessera?.schedules ?? []).filter((schedule) => schedule !== null && schedule !== undefined);

/** The bounds while that schedule alone is active. A minimum alone raises the maximum to it. */
export function scheduledBounds(own: Bounds, schedule: ScheduleSpec): Bounds {
  const max = schedule.maxReplicas ?? Math.max(own.max, schedule.minReplicas ?? 0);
  return { min: Math.min(schedule.minReplicas ?? own.min, max), max };
}

/** Metrics that metricThresholdPercentage applies to. */
const RATED = ['throughput', 'concurrency'];

/** The scaling intent; fields without effect in this combination are ignored. */
export function scalingIntent(spec: InferenceSpec, ignore: Ignore): ScalingIntent {
  const autoscaling = spec.autoscaling ?? {};
  const bounds = replicaBounds(autoscaling);
  const { min, max } = bounds;
  const schedules = schedulesOf(autoscaling);
  const least = Math.min(min, ...schedules.map((schedule) => scheduledBounds(bounds, schedule).min));
  const retention = autoscaling.scaleToZeroRetentionSeconds ?? 0;
  if (retention > 0 && least > 0)
    ignore('spec.autoscaling.scaleToZeroRetentionSeconds', 'it applies only with minReplicas 0');
  if (
    typeof autoscaling.initializationTimeoutSeconds === 'number' &&
    typeof spec.servingConfiguration?.initializationTimeoutSeconds === 'number'
  )
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
  if (typeof autoscaling.activationReplicas === 'number' && least > 0)
    ignore('spec.autoscaling.activationReplicas', 'it applies only with minReplicas 0');
  const isAdaptive = autoscaling.tessera?.keepAlive === 'adaptive';
  if (isAdaptive && least > 0)
    ignore('spec.autoscaling.tessera.keepAlive', 'it applies only with minReplicas 0');
  return {
    minReplicas: min,
    maxReplicas: max,
    initialReplicas: start,
    ...maybe('metric', metricIntent(autoscaling, bounds, ignore)),
    scaleToZeroRetentionMs: least === 0 ? retention * 1000 : 0,
    ...maybe('activationReplicas', autoscaling.activationReplicas),
    ...(autoscaling.concurrencyHardLimit ? { concurrencyHardLimit: autoscaling.concurrencyHardLimit } : {}),
    ...(typeof autoscaling.scaleDownDelaySeconds === 'number'
      ? { scaleDownDelayMs: autoscaling.scaleDownDelaySeconds * 1000 }
      : {}),
    ...(isAdaptive && least === 0 ? { keepAlive: 'adaptive' } : {}),
    ...(schedules.length > 0 ? { schedules: schedules.map(scheduleIntent) } : {}),
  };
}

function scheduleIntent(schedule: ScheduleSpec): ReplicaSchedule {
  const { start, timeZone, end, durationSeconds, minReplicas, maxReplicas } = schedule;
  return {
    name: schedule.name || `${start ?? ''} ${timeZone ?? ''}`,
    start: start ?? '',
    until: end ? { end } : { afterMs: (durationSeconds ?? 0) * 1000 },
    timeZone: timeZone ?? '',
    ...maybe('minReplicas', minReplicas),
    ...maybe('maxReplicas', maxReplicas),
  };
}

function metricIntent(autoscaling: Autoscaling, bounds: Bounds, ignore: Ignore): ScalingIntent['metric'] {
  const { metric, metricThreshold, metricThresholdPercentage } = autoscaling;
  const leaveOut = (reason: string): void =>
    ignoreGiven(
      autoscaling,
      ['metric', 'metricThreshold', 'metricThresholdPercentage'],
      'spec.autoscaling',
      reason,
      ignore,
    );
  // Within the bounds of a schedule the number may vary although those of the workload fix it.
  const varies = schedulesOf(autoscaling).some((schedule) => {
    const { min, max } = scheduledBounds(bounds, schedule);
    return min < max && !followsActivity({ min, max });
  });
  if (bounds.min === bounds.max && !varies) {
    leaveOut('the number of replicas is fixed');
    return undefined;
  }
  if (followsActivity(bounds) && !varies) {
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
