import type { ScalingIntent } from '@tessera/domain-workload';
import { CUSTOM_TOLERANCE, type CustomMetricSettings } from './custom-metric';
import { LATENCY_DEFAULTS, type LatencySettings } from './latency';
import { DEFAULTS, type AutoscalerSettings } from './pod-autoscaler';
import type { ReplicaSchedule } from './schedule';

/** The rule that a number of replicas follows. */
export type ScalingRule =
  /** Load in the two windows: requests per second, or requests at once. */
  | ({ readonly kind: 'throughput' | 'concurrency' } & AutoscalerSettings)
  | ({ readonly kind: 'latency' } & LatencySettings)
  /** A metric by its name, as a value per replica. */
  | ({ readonly kind: 'custom'; readonly name: string } & CustomMetricSettings)
  /** One replica while there is network activity. */
  | { readonly kind: 'activity' }
  /** No metric: the number stays what it is, within its bounds. */
  | { readonly kind: 'fixed' };

/** Everything that {@link decideReplicas} goes by for one workload. Plain data. */
export interface ScalingPolicy {
  readonly rule: ScalingRule;
  readonly minReplicas: number;
  /** At least 1. */
  readonly maxReplicas: number;
  /** A minimum until it has been reached once. */
  readonly initialReplicas: number;
  /** Replicas to wake up with, at least 1. */
  readonly activationReplicas: number;
  /** Length of the stable window, ms. */
  readonly stableWindowMs: number;
  /** How long something smaller must have been wanted before the fleet shrinks, ms; 0 for at once. */
  readonly scaleDownDelayMs: number;
  /** How long the last replica stays once nothing is wanted of it, ms. */
  readonly retentionMs: number;
  /** `adaptive` learns from a workload's own idle times how long to keep the last replica. */
  readonly keepAlive: 'fixed' | 'adaptive';
  readonly schedules: readonly ReplicaSchedule[];
}

/** What a workload's scaling intent does not say. */
export interface PolicyExtras {
  readonly keepAlive?: ScalingPolicy['keepAlive'];
  readonly schedules?: readonly ReplicaSchedule[];
  /** What a start of a replica takes as far as is known, ms: a latency grows no further before it has passed. */
  readonly coldStartMs?: number;
}

/** A latency or a metric by name swings more than a load: the delay where none is given, that of the HPA, ms. */
const SLOW_RULE_DELAY_MS = 300_000;

/** The policy of a scaling intent, with Knative's defaults. Pure. */
export function policyOf(intent: ScalingIntent, extras: PolicyExtras = {}): ScalingPolicy {
  const rule = ruleOf(intent, extras);
  const delay = rule.kind === 'latency' || rule.kind === 'custom' ? SLOW_RULE_DELAY_MS : 0;
  return {
    rule,
    minReplicas: intent.minReplicas,
    maxReplicas: Math.max(1, intent.maxReplicas),
    initialReplicas: intent.initialReplicas,
    activationReplicas: Math.max(1, intent.activationReplicas ?? 1),
    stableWindowMs: DEFAULTS.stableWindowMs,
    scaleDownDelayMs: intent.scaleDownDelayMs ?? delay,
    retentionMs: intent.scaleToZeroRetentionMs,
    keepAlive: extras.keepAlive ?? 'fixed',
    schedules: extras.schedules ?? [],
  };
}

function ruleOf(intent: ScalingIntent, { coldStartMs }: PolicyExtras): ScalingRule {
  const { metric } = intent;
  if (metric === undefined) return { kind: 'fixed' };
  if (metric === 'activity') return { kind: 'activity' };
  const { name, threshold } = metric;
  switch (name) {
    case 'throughput':
    case 'concurrency':
      return { kind: name, ...loadSettings(intent, name, threshold, metric.targetPercent) };
    case 'latency':
      return {
        kind: 'latency',
        ...LATENCY_DEFAULTS,
        thresholdMs: threshold,
        cooldownMs: Math.max(LATENCY_DEFAULTS.cooldownMs, coldStartMs ?? 0),
      };
    default:
      return { kind: 'custom', name, threshold, tolerance: CUSTOM_TOLERANCE };
  }
}

/** A replica never takes more at once than its hard limit, so no more can be aimed at. */
function loadSettings(
  { concurrencyHardLimit = Infinity, activationReplicas }: ScalingIntent,
  name: 'throughput' | 'concurrency',
  threshold: number,
  targetPercent: number = DEFAULTS.targetPercent,
): AutoscalerSettings {
  const total = name === 'concurrency' ? Math.min(threshold, concurrencyHardLimit) : threshold;
  return {
    target: Math.max(DEFAULTS.leastTarget, (total * targetPercent) / 100),
    panicThreshold: DEFAULTS.panicThreshold,
    maxScaleUpRate: DEFAULTS.maxScaleUpRate,
    maxScaleDownRate: DEFAULTS.maxScaleDownRate,
    stableWindowMs: DEFAULTS.stableWindowMs,
    reachable: DEFAULTS.reachable,
    ...(activationReplicas === undefined ? {} : { activationReplicas }),
  };
}
