import type { Explanation } from './explanation';

/** One of the conditions that people know from Kubernetes' horizontal pod autoscaler. */
export interface ScalingCondition {
  readonly type: 'ScalingActive' | 'AbleToScale' | 'ScalingLimited';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** What a decision says in the three conditions, with the reasons of the HPA where it has one. Pure. */
export const conditionsOf = (explanation: Explanation): readonly ScalingCondition[] => [
  scalingActive(explanation),
  ableToScale(explanation),
  scalingLimited(explanation),
];

function scalingActive({ rule, hold, replicas, wish, seen }: Explanation): ScalingCondition {
  const condition = (status: ScalingCondition['status'], reason: string, message: string) =>
    ({ type: 'ScalingActive', status, reason, message }) as const;
  if (rule === 'fixed')
    return condition('False', 'ScalingDisabled', 'No metric changes the number of replicas.');
  if (hold === 'no data')
    return condition('False', FAILED_METRIC[rule], `There is no data for ${rule}; ${stays(replicas)}.`);
  if (hold === 'few samples')
    return condition(
      'False',
      'TooFewSamples',
      `${seen.latency?.samples ?? 0} requests say too little; ${stays(replicas)}.`,
    );
  if (hold === 'none ready' && replicas > 0)
    return condition(
      'Unknown',
      'NoReadyReplica',
      `No replica is ready that could be measured; ${stays(replicas)}.`,
    );
  if (replicas === 0)
    return condition('False', 'ScaledToZero', 'There are no requests; the next one wakes it.');
  return condition('True', 'ValidMetricFound', `${rule} asks for ${counted(wish)}.`);
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
  const condition = (status: ScalingCondition['status'], reason: string, message: string) =>
    ({ type: 'AbleToScale', status, reason, message }) as const;
  const { unplaced } = seen;
  if (unplaced !== undefined && unplaced.replicas > 0)
    return condition(
      'False',
      'FailedPlacement',
      `${counted(unplaced.replicas)} without a place: ${unplaced.verdict}`,
    );
  if (replicas !== seen.currentReplicas)
    return condition(
      'True',
      'SucceededRescale',
      `Goes from ${seen.currentReplicas} to ${counted(replicas)}.`,
    );
  if (delayedTo !== undefined)
    return condition(
      'True',
      'ScaleDownStabilized',
      `${counted(wish)} would do; more were wanted shortly before.`,
    );
  if (zeroHold !== undefined) return condition('True', 'ScaleDownStabilized', ZERO_HOLD[zeroHold]);
  if (hold === 'warming' || hold === 'cooldown')
    return condition(
      'True',
      'BackoffBoth',
      'What was added last has to be ready before its effect can be seen.',
    );
  const why = inPanic ? ' After a steep rise nothing shrinks.' : '';
  return condition('True', 'ReadyForNewScale', `${counted(replicas)} is what is wanted.${why}`);
}

const ZERO_HOLD = {
  starting: 'No replica has been ready since the first was wanted: none is taken away.',
  'served too short': 'The last replica serves for a stable window at the least.',
  retention: 'The last replica stays for its retention.',
  'keep-alive': 'The last replica stays as long as pauses before make it worth while.',
} as const;

function scalingLimited({ limitedBy, bounds, delayedTo, wish }: Explanation): ScalingCondition {
  const condition = (status: ScalingCondition['status'], reason: string, message: string) =>
    ({ type: 'ScalingLimited', status, reason, message }) as const;
  const wanted = counted(delayedTo ?? wish);
  const scheduled = bounds.active.length > 0 ? ', by schedule' : '';
  switch (limitedBy) {
    case 'maxReplicas':
      return condition(
        'True',
        'TooManyReplicas',
        `${wanted} wanted; the maximum is ${bounds.maxReplicas}${scheduled}.`,
      );
    case 'minReplicas':
      return condition(
        'True',
        'TooFewReplicas',
        `${wanted} wanted; the minimum is ${bounds.minReplicas}${scheduled}.`,
      );
    case 'initialReplicas':
      return condition(
        'True',
        'TooFewReplicas',
        `${wanted} wanted; it starts with ${bounds.initialReplicas}.`,
      );
    default:
      return condition('False', 'DesiredWithinRange', `${wanted} lies within the bounds.`);
  }
}

const counted = (replicas: number): string => `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;
const stays = (replicas: number): string => `the number stays ${replicas}`;
