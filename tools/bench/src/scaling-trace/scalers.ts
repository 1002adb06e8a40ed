import {
  decideReplicas,
  LoadWindow,
  policyOf,
  stateFromWhatRuns,
  type ScalingPolicy,
  type ScalingState,
} from '@tessera/domain-autoscaling';
import { maybe } from '@tessera/kernel';
import type { WorkloadTrace } from './trace';

/** What a scaler sees. Times in ms since the beginning of the trace. */
export interface View {
  readonly now: number;
  readonly current: number;
  readonly ready: number;
  /** Requests in progress and waiting. */
  readonly requests: number;
  readonly lastRequestAt?: number;
  /** What the newest start took, ms. */
  readonly coldStartMs?: number;
}

export interface Scaler {
  readonly startsWith: number;
  readonly tickMs: number;
  /** Requests at once, once a second. */
  readonly sample: (now: number, concurrency: number) => void;
  readonly decide: (view: View) => number;
}

export const SCALERS = ['static', 'hpa', 'kpa', 'keep10', 'keep20', 'adaptive', 'oracle'] as const;
export type ScalerName = (typeof SCALERS)[number];

const TICK_MS = 2_000;
const STABLE_MS = 60_000;
const PANIC_MS = 6_000;
/** kube-controller-manager: its period, and the time over which a metrics server averages. */
const HPA_TICK_MS = 15_000;
/** Seconds of the simulation begin here, so that cron and buckets see real times. */
const EPOCH = Date.UTC(2025, 0, 1);

/** A scaler of that name for a workload; `targetPercent` is the share of its slots that the load rules aim at. */
export function scalerOf(name: ScalerName, trace: WorkloadTrace, targetPercent: number): Scaler {
  switch (name) {
    case 'static':
      return fixed(trace.peakReplicas, () => trace.peakReplicas);
    case 'oracle':
      return fixed(trace.needed(0), trace.needed);
    case 'hpa':
      return hpa(trace, targetPercent);
    case 'kpa':
      return rules(trace, targetPercent, 0, 'fixed');
    case 'keep10':
      return rules(trace, targetPercent, 600_000, 'fixed');
    case 'keep20':
      return rules(trace, targetPercent, 1_200_000, 'fixed');
    case 'adaptive':
      return rules(trace, targetPercent, 0, 'adaptive');
  }
}

const fixed = (startsWith: number, at: (now: number) => number): Scaler => ({
  startsWith,
  tickMs: TICK_MS,
  sample: () => undefined,
  decide: ({ now }) => at(now),
});

/** Our rules on concurrency: without a keep-alive of any kind they are Knative's. */
function rules(
  { slots, peakReplicas }: WorkloadTrace,
  targetPercent: number,
  retentionMs: number,
  keepAlive: ScalingPolicy['keepAlive'],
): Scaler {
  const policy = policyOf({
    minReplicas: 0,
    maxReplicas: peakReplicas,
    initialReplicas: 0,
    metric: { name: 'concurrency', threshold: slots, targetPercent },
    scaleToZeroRetentionMs: retentionMs,
    ...(keepAlive === 'adaptive' ? { keepAlive } : {}),
  });
  const [stable, panic] = [new LoadWindow(STABLE_MS), new LoadWindow(PANIC_MS)];
  const decider = deciderOf(policy);
  return {
    startsWith: 0,
    tickMs: TICK_MS,
    sample: (now, value) => [stable, panic].forEach((window) => window.record(EPOCH + now, value)),
    decide: (view) => {
      const [long, short] = [stable.average(EPOCH + view.now), panic.average(EPOCH + view.now)];
      const load = {
        ...maybe('stable', long),
        ...maybe('panic', short),
      };
      return decider(view, { load });
    },
  };
}

/** Kubernetes' own: a value per replica every 15 s, at most doubled or 4 more at once, 5 minutes before it shrinks. */
function hpa({ slots, peakReplicas }: WorkloadTrace, targetPercent: number): Scaler {
  const policy = policyOf({
    minReplicas: 1,
    maxReplicas: peakReplicas,
    initialReplicas: 1,
    metric: { name: 'requests', threshold: (slots * targetPercent) / 100 },
    scaleToZeroRetentionMs: 0,
  });
  const window = new LoadWindow(HPA_TICK_MS);
  const decider = deciderOf(policy);
  return {
    startsWith: 1,
    tickMs: HPA_TICK_MS,
    sample: (now, value) => window.record(EPOCH + now, value),
    decide: (view) => {
      const load = window.average(EPOCH + view.now);
      const value = load === undefined ? {} : { valuePerReplica: load / Math.max(1, view.ready) };
      return Math.min(decider(view, value), Math.max(view.current * 2, view.current + 4));
    },
  };
}

/** Our decisions, one after the other. */
function deciderOf(policy: ScalingPolicy) {
  let state: ScalingState = stateFromWhatRuns({ now: EPOCH, readyReplicas: 0 });
  return (view: View, metric: { load?: object; valuePerReplica?: number }): number => {
    const { now, current, ready, requests, lastRequestAt, coldStartMs } = view;
    const decided = decideReplicas(policy, state, {
      now: EPOCH + now,
      currentReplicas: current,
      readyReplicas: ready,
      warmingReplicas: current - ready,
      requests,
      ...(lastRequestAt === undefined ? {} : { lastRequestAt: EPOCH + lastRequestAt }),
      ...maybe('coldStartMs', coldStartMs),
      ...metric,
    });
    state = decided.state;
    return decided.replicas;
  };
}
