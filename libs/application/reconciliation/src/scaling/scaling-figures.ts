import type { Explanation } from '@tessera/domain-autoscaling';
import type { ScalingEntry } from './scaling-entry';

/** The latest decision about a workload as numbers, for gauges. */
export interface ScalingFigures {
  readonly desired: number;
  /** Most replicas that the workload may have now; absent before the first decision. */
  readonly most?: number;
  /** Absent where no rule measures anything. */
  readonly rule?: {
    /** `throughput`, `concurrency`, `latency`, or the name of a metric. */
    readonly metric: string;
    /** What one replica is to have: requests/s, requests at once, ms, or the unit of the metric. */
    readonly target: number;
    /** What one replica has; absent without data. */
    readonly observed: number | undefined;
    readonly inPanic: boolean;
  };
}

/** Pure. */
export function scalingFigures({ replicas: desired, explanation }: ScalingEntry): ScalingFigures {
  if (explanation === undefined) return { desired };
  const { metric, target, inPanic, bounds } = explanation;
  const most = bounds.maxReplicas;
  if (metric === undefined || target === undefined) return { desired, most };
  return { desired, most, rule: { metric, target, observed: observedOf(explanation), inPanic } };
}

/** Load is shared by the ready replicas; what nobody serves yet counts as the load of one. */
function observedOf({ rule, seen }: Explanation): number | undefined {
  if (rule === 'latency') return seen.latency?.ms;
  if (rule === 'custom') return seen.valuePerReplica;
  const stable = seen.load?.stable;
  return stable === undefined ? undefined : stable / Math.max(1, seen.readyReplicas);
}
