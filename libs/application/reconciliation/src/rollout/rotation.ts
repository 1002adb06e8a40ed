import { hasEnded, type ReplicaPod } from '../model/replica';

/** What the gateways report about the requests of a replica. */
export interface ReplicaTraffic {
  /** Requests that gateways have open at it. */
  readonly inFlightAt: (pod: ReplicaPod) => number;
  /** True once every gateway sends it no request any more and has none open. */
  readonly isDrained: (pod: ReplicaPod) => boolean;
}

/** No gateway: nothing is sent to any replica, so nothing has to be waited for. */
export const NO_TRAFFIC: ReplicaTraffic = { inFlightAt: () => 0, isDrained: () => true };

/** Steps that take replicas out of rotation before they are deleted. Plain data. */
export interface RotationPlan {
  /** To be marked, so that gateways send them no further request. */
  readonly drain: readonly ReplicaPod[];
  /** Their requests have ended, or had their time: to be deleted. */
  readonly remove: readonly ReplicaPod[];
  /** They stay after all: gateways may send them requests again. */
  readonly restore: readonly ReplicaPod[];
  /** When the next replica is deleted although requests are open, ms since the epoch. */
  readonly reconcileAt?: number;
}

/**
 * Lets replicas leave without ending a request: one that serves is marked first and deleted once every gateway reports
 * that its requests have ended, or once they had `limitMs`. Pure.
 */
export function planRotation(
  leaving: readonly ReplicaPod[],
  pods: readonly ReplicaPod[],
  traffic: ReplicaTraffic,
  { now, limitMs }: { readonly now: number; readonly limitMs: number },
): RotationPlan {
  const drain: ReplicaPod[] = [];
  const remove: ReplicaPod[] = [];
  const deadlines: number[] = [];
  for (const pod of leaving) {
    const deadline = pod.drainingSince === undefined ? undefined : Date.parse(pod.drainingSince) + limitMs;
    if (!hasRequests(pod, traffic) || traffic.isDrained(pod)) remove.push(pod);
    else if (deadline === undefined) drain.push(pod);
    else if (deadline <= now) remove.push(pod);
    else deadlines.push(deadline);
  }
  const restore = pods.filter(
    (pod) => pod.drainingSince !== undefined && !pod.terminating && !hasEnded(pod) && !leaving.includes(pod),
  );
  return { drain, remove, restore, ...(deadlines.length > 0 ? { reconcileAt: Math.min(...deadlines) } : {}) };
}

/** A replica that is ready may get requests; one that is not may still have some. */
const hasRequests = (pod: ReplicaPod, traffic: ReplicaTraffic): boolean =>
  !hasEnded(pod) && (pod.ready || traffic.inFlightAt(pod) > 0);
