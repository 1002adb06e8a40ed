import type { ReplicaSchedule, ScalingIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { CUSTOM_TOLERANCE, type CustomMetricSettings } from './rules/custom-metric';
import { LATENCY_DEFAULTS, type LatencySettings } from './rules/latency';
import { DEFAULTS, type AutoscalerSettings } from './rules/pod-autoscaler';

/** The rule that decides the number of replicas. */
export type ScalingRule =
  /** Load over the two windows: requests per second, or concurrent requests. */
  | ({ readonly kind: 'throughput' | 'concurrency' } & AutoscalerSettings)
  | ({ readonly kind: 'latency' } & LatencySettings)
  /** A custom metric, as a value per replica. */
  | ({ readonly kind: 'custom'; readonly name: string } & CustomMetricSettings)
  /** One replica while there is network activity. */
  | { readonly kind: 'activity' }
  /** No metric: the number does not change, except to stay within its bounds. */
  | { readonly kind: 'fixed' };

/** Scaling configuration of one workload, the input of {@link decideReplicas}. Plain data. */
export interface ScalingPolicy {
  readonly rule: ScalingRule;
  readonly minReplicas: number;
  /** At least 1. */
  readonly maxReplicas: number;
  /** Acts as a minimum until this many replicas have been ready once. */
  readonly initialReplicas: number;
  /** Replicas to start when the workload wakes from zero, at least 1. */
  readonly activationReplicas: number;
  /** Length of the stable window, ms. */
  readonly stableWindowMs: number;
  /** How long a smaller number must have been wanted before the workload scales down, ms; 0 for at once. */
  readonly scaleDownDelayMs: number;
  /** How long the last replica is kept once it is idle, ms. */
  readonly retentionMs: number;
  /** `adaptive` learns from the idle times of the workload how long to keep the last replica. */
  readonly keepAlive: 'fixed' | 'adaptive';
  readonly schedules: readonly ReplicaSchedule[];
}

/** Settings that are not part of a workload's scaling intent. */
export interface PolicyExtras {
  /** Length of the stable window, ms; default 60 s. */
  readonly stableWindowMs?: number;
  /** Measured start time of a replica, ms: the latency rule adds no more replicas before it has passed. */
  readonly coldStartMs?: number;
}

/** Default scale-down delay of latency and custom metrics, which swing more than load: that of the HPA, ms. */
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
    stableWindowMs: extras.stableWindowMs ?? DEFAULTS.stableWindowMs,
    scaleDownDelayMs: intent.scaleDownDelayMs ?? delay,
    retentionMs: intent.scaleToZeroRetentionMs,
    keepAlive: intent.keepAlive ?? 'fixed',
    schedules: intent.schedules ?? [],
  };
}

function ruleOf(intent: ScalingIntent, extras: PolicyExtras): ScalingRule {
  const { metric } = intent;
  if (metric === undefined) return { kind: 'fixed' };
  if (metric === 'activity') return { kind: 'activity' };
  const { name, threshold } = metric;
  switch (name) {
    case 'throughput':
    case 'concurrency':
      return { kind: name, ...loadSettings(intent, name, threshold, metric.targetPercent, extras) };
    case 'latency':
      return {
        kind: 'latency',
        ...LATENCY_DEFAULTS,
        thresholdMs: threshold,
        cooldownMs: Math.max(LATENCY_DEFAULTS.cooldownMs, extras.coldStartMs ?? 0),
      };
    default:
      return { kind: 'custom', name, threshold, tolerance: CUSTOM_TOLERANCE };
  }
}

/** A replica never takes more concurrent requests than its hard limit, so the target is at most that. */
function loadSettings(
  { concurrencyHardLimit = Infinity, activationReplicas }: ScalingIntent,
  name: 'throughput' | 'concurrency',
  threshold: number,
  targetPercent: number = DEFAULTS.targetPercent,
  { stableWindowMs = DEFAULTS.stableWindowMs }: PolicyExtras = {},
): AutoscalerSettings {
  const total = name === 'concurrency' ? Math.min(threshold, concurrencyHardLimit) : threshold;
  return {
    target: Math.max(DEFAULTS.leastTarget, (total * targetPercent) / 100),
    panicThreshold: DEFAULTS.panicThreshold,
    maxScaleUpRate: DEFAULTS.maxScaleUpRate,
    maxScaleDownRate: DEFAULTS.maxScaleDownRate,
    stableWindowMs,
    reachable: DEFAULTS.reachable,
    ...maybe('activationReplicas', activationReplicas),
  };
}
