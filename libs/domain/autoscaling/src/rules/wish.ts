import { decideOnCustom, type CustomHold } from './custom-metric';
import { decideOnLatency, type LatencyHold } from './latency';
import { decideOnLoad } from './pod-autoscaler';
import type { ScalingPolicy } from '../policy';
import type { ScalingObservation } from '../observation';
import type { ScalingState } from '../state';

/** Number of replicas that a rule gives, before any limit. */
export interface Wish {
  /** Undefined where the rule has no reliable input or sees no need for change: the number stays. */
  readonly replicas: number | undefined;
  readonly hold?: WishHold;
  readonly state: Pick<ScalingState, 'load' | 'latency'>;
}

export type WishHold = LatencyHold | CustomHold | 'fixed';

/** Applies the policy's rule. Pure. */
export function wishOf(policy: ScalingPolicy, state: ScalingState, seen: ScalingObservation): Wish {
  const { rule } = policy;
  const { now, readyReplicas, load, latency } = seen;
  const { load: before, latency: grown } = state;
  switch (rule.kind) {
    case 'throughput':
    case 'concurrency': {
      const decided = decideOnLoad(rule, before, {
        now,
        readyReplicas,
        stable: load?.stable,
        panic: load?.panic,
      });
      return wishing(decided.replicas, { load: decided.state, latency: grown });
    }
    case 'latency': {
      const { warmingReplicas = 0 } = seen;
      const observation = { now, readyReplicas, warmingReplicas, latencyMs: latency?.ms };
      const decided = decideOnLatency(rule, grown, { ...observation, samples: latency?.samples ?? 0 });
      return { ...decided, state: { load: before, latency: decided.state } };
    }
    case 'custom': {
      const { warmingReplicas = 0, valuePerReplica, measuredReplicas } = seen;
      const decided = decideOnCustom(rule, {
        readyReplicas,
        warmingReplicas,
        valuePerReplica,
        measuredReplicas,
      });
      const isUsed = decided.replicas === 0 && wasUsed(policy, seen);
      return { ...decided, ...(isUsed ? { replicas: 1 } : {}), state: { load: before, latency: grown } };
    }
    case 'activity': {
      const active = load?.stable === undefined ? undefined : Number(load.stable > 0);
      return wishing(active, { load: before, latency: grown });
    }
    case 'fixed':
      return { replicas: undefined, hold: 'fixed', state: { load: before, latency: grown } };
  }
}

const wishing = (replicas: number | undefined, state: Wish['state']): Wish =>
  replicas === undefined ? { replicas, hold: 'no data', state } : { replicas, state };

/**
 * A metric may be 0 between requests, which does not stop the workload: network activity decides on the last replica.
 */
const wasUsed = (
  { stableWindowMs }: ScalingPolicy,
  { now, requests, lastRequestAt }: ScalingObservation,
): boolean => requests > 0 || (lastRequestAt !== undefined && now - lastRequestAt < stableWindowMs);
