import { hasEnded, type ReplicaPod } from '../model/replica';

/** What the gateways report about the requests of a replica. */
export interface ReplicaTraffic {
  /** Requests that gateways have open at it. */
  readonly inFlightAt: (pod: ReplicaPod) => number;
  /** True once every gateway has stopped sending it requests and has none open. */
  readonly isDrained: (pod: ReplicaPod) => boolean;
}

/** No gateway: nothing is sent to any replica, so nothing has to be waited for. */
export const NO_TRAFFIC: ReplicaTraffic = { inFlightAt: () => 0, isDrained: () => true };

/** Gateways report once a second; the next report of each has come after this time, ms. */
const RECHECK_MS = 2_000;

/** Steps that take replicas out of rotation before they are deleted. Plain data. */
export interface RotationPlan {
  /** To be marked, so that gateways send them no further request. */
  readonly drain: readonly ReplicaPod[];
  /** To be deleted: their requests have ended or their time is over. */
  readonly remove: readonly ReplicaPod[];
  /** They stay after all: gateways may send them requests again. */
  readonly restore: readonly ReplicaPod[];
  /** When the replicas that leave are compared with the reports again, ms since the epoch; absent if none waits. */
  readonly reconcileAt?: number;
}

export interface RotationOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long the requests of a leaving replica may take, ms. */
  readonly limitMs: number;
  /** When this process saw first that a replica is out of rotation, ms like `now`; by default when it was marked. */
  readonly drainingFrom?: (pod: ReplicaPod) => number;
  /** True for a pod whose image or devices were changed after its creation. */
  readonly isEdited?: (pod: ReplicaPod) => boolean;
}

/**
 * Lets replicas leave without ending a request: one that serves is marked first and deleted once every gateway reports
 * that its requests have ended, or after `limitMs`. An edited one is deleted at once, because it does not run what was
 * requested. Pure.
 */
export function planRotation(
  leaving: readonly ReplicaPod[],
  pods: readonly ReplicaPod[],
  traffic: ReplicaTraffic,
  {
    now,
    limitMs,
    drainingFrom = ({ drainingSince = '' }) => Date.parse(drainingSince),
    isEdited = () => false,
  }: RotationOptions,
): RotationPlan {
  const drain: ReplicaPod[] = [];
  const remove: ReplicaPod[] = [];
  const deadlines: number[] = [];
  for (const pod of leaving) {
    const deadline = pod.drainingSince === undefined ? undefined : drainingFrom(pod) + limitMs;
    if (
      isEdited(pod) ||
      !hasRequests(pod, traffic) ||
      traffic.isDrained(pod) ||
      (deadline ?? Infinity) <= now
    )
      remove.push(pod);
    else {
      if (deadline === undefined) drain.push(pod);
      deadlines.push(Math.min(deadline ?? Infinity, now + RECHECK_MS));
    }
  }
  const restore = pods.filter(
    (pod) => pod.drainingSince !== undefined && !pod.terminating && !hasEnded(pod) && !leaving.includes(pod),
  );
  return { drain, remove, restore, ...(deadlines.length > 0 ? { reconcileAt: Math.min(...deadlines) } : {}) };
}

/** A replica that is ready may get requests; one that is not may still have some. */
const hasRequests = (pod: ReplicaPod, traffic: ReplicaTraffic): boolean =>
  !hasEnded(pod) && (pod.ready || traffic.inFlightAt(pod) > 0);
