import type { Explanation } from './explanation';

/**
 * Every reason of a condition. Those of the HPA have its meaning (kubernetes/kubernetes,
 * pkg/controller/podautoscaler/horizontal.go); `ours` are of what it does not do.
 */
export const SCALING_REASONS = {
  ScalingActive: {
    hpa: ['ValidMetricFound', 'ScalingDisabled', 'FailedGetObjectMetric', 'FailedGetPodsMetric'],
    ours: ['TooFewSamples', 'NoReadyReplica', 'ScaledToZero', 'GatewayReportsMissing'],
  },
  AbleToScale: {
    hpa: ['ReadyForNewScale', 'SucceededRescale', 'ScaleDownStabilized', 'BackoffBoth'],
    ours: ['FailedPlacement'],
  },
  ScalingLimited: {
    hpa: ['DesiredWithinRange', 'TooManyReplicas', 'TooFewReplicas'],
    ours: [],
  },
} as const;

type Reasons = typeof SCALING_REASONS;
type ReasonOf<T extends keyof Reasons> = Reasons[T]['hpa' | 'ours'][number];

/** A condition of the kind that Kubernetes' horizontal pod autoscaler (HPA) reports. */
export interface ScalingCondition {
  readonly type: keyof Reasons;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: ReasonOf<keyof Reasons>;
  readonly message: string;
}

/** The three conditions of a decision. Their reasons are those of the HPA where it has one. Pure. */
export const conditionsOf = (explanation: Explanation): readonly ScalingCondition[] => [
  scalingActive(explanation),
  ableToScale(explanation),
  scalingLimited(explanation),
];

function scalingActive({ rule, metric = rule, hold, replicas, wish, seen }: Explanation): ScalingCondition {
  const condition = (
    status: ScalingCondition['status'],
    reason: ReasonOf<'ScalingActive'>,
    message: string,
  ) => ({ type: 'ScalingActive', status, reason, message }) as const;
  if (rule === 'fixed')
    return condition(
      'False',
      'ScalingDisabled',
      'The workload has no scaling metric: the number of replicas changes only with its bounds.',
    );
  if (hold === 'no data')
    return condition(
      'False',
      FAILED_METRIC[rule],
      `There is no data for the metric ${metric}${seen.valueMissing === undefined ? '' : ` (${seen.valueMissing})`}; ${stays(replicas)}.`,
    );
  if (hold === 'few samples')
    return condition(
      'False',
      'TooFewSamples',
      `${seen.latency?.samples ?? 0} requests are too few to decide on; ${stays(replicas)}.`,
    );
  if (hold === 'none ready' && replicas > 0)
    return condition(
      'Unknown',
      'NoReadyReplica',
      `No replica is ready, so there is nothing to measure; ${stays(replicas)}.`,
    );
  if (replicas === 0)
    return condition('False', 'ScaledToZero', 'There are no requests; the next request wakes the workload.');
  return condition('True', 'ValidMetricFound', `The metric ${metric} calls for ${counted(wish)}.`);
}

const FAILED_METRIC = {
  throughput: 'FailedGetObjectMetric',
  concurrency: 'FailedGetObjectMetric',
  latency: 'FailedGetObjectMetric',
  activity: 'FailedGetObjectMetric',
  custom: 'FailedGetPodsMetric',
} as const;

function ableToScale(explanation: Explanation): ScalingCondition {
  const { seen, delayedTo, zeroHold, replicas, wish, hold, inPanic } = explanation;
  const condition = (status: ScalingCondition['status'], reason: ReasonOf<'AbleToScale'>, message: string) =>
    ({ type: 'AbleToScale', status, reason, message }) as const;
  const { unplaced } = seen;
  if (unplaced !== undefined && unplaced.replicas > 0)
    return condition(
      'False',
      'FailedPlacement',
      `${counted(unplaced.replicas)} cannot be placed: ${unplaced.verdict}`,
    );
  if (replicas !== seen.currentReplicas)
    return condition(
      'True',
      'SucceededRescale',
      `Scaling from ${seen.currentReplicas} to ${counted(replicas)}.`,
    );
  if (delayedTo !== undefined)
    return condition(
      'True',
      'ScaleDownStabilized',
      `${counted(wish)} would be enough; the workload scales down after the scale-down delay.`,
    );
  if (zeroHold !== undefined) return condition('True', 'ScaleDownStabilized', ZERO_HOLD[zeroHold]);
  if (hold === 'warming' || hold === 'cooldown')
    return condition(
      'True',
      'BackoffBoth',
      'The workload does not scale further until the replicas added last are ready and measured.',
    );
  const why = inPanic ? ' After a steep rise of the load it does not scale down.' : '';
  return condition(
    'True',
    'ReadyForNewScale',
    `The workload has the wanted number of replicas, ${replicas}.${why}`,
  );
}

const ZERO_HOLD = {
  starting: 'No replica has become ready since the start, so the last one is not removed.',
  'served too short': 'The last replica is kept until it has served for one stable window.',
  retention: 'The last replica is kept for the scale-to-zero retention.',
  'keep-alive': 'The last replica is kept for the time learned from earlier idle times.',
} as const;

function scalingLimited({
  limitedBy,
  bounds,
  initialReplicas,
  delayedTo,
  wish,
}: Explanation): ScalingCondition {
  const condition = (
    status: ScalingCondition['status'],
    reason: ReasonOf<'ScalingLimited'>,
    message: string,
  ) => ({ type: 'ScalingLimited', status, reason, message }) as const;
  const wanted = counted(delayedTo ?? wish);
  switch (limitedBy) {
    case 'maxReplicas':
      return condition(
        'True',
        'TooManyReplicas',
        `${wanted} wanted, limited to the maximum of ${bounds.maxReplicas}${scheduled(bounds.maxBy)}.`,
      );
    case 'minReplicas':
      return condition(
        'True',
        'TooFewReplicas',
        `${wanted} wanted, raised to the minimum of ${bounds.minReplicas}${scheduled(bounds.minBy)}.`,
      );
    case 'initialReplicas':
      return condition(
        'True',
        'TooFewReplicas',
        `${wanted} wanted, raised to the initial number of ${initialReplicas}.`,
      );
    default:
      return condition('False', 'DesiredWithinRange', `The wanted number, ${wanted}, is within the bounds.`);
  }
}

const scheduled = (by: string | undefined): string => (by === undefined ? '' : ` of the schedule "${by}"`);

const counted = (replicas: number): string => `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;
const stays = (replicas: number): string => `the number of replicas stays ${replicas}`;
