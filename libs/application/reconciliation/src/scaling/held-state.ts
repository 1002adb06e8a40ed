import type { HeldWorkload } from '@tessera/contracts-internal';
import type { ReplicaPod } from '../model/replica';
import type { FailedStart } from '../rollout/slow-start';

/** What is known of a workload for which requests wait. */
export interface HeldInputs {
  readonly workloadId: string;
  /** False once it has been deleted. */
  readonly isKnown: boolean;
  readonly pods: readonly Pick<ReplicaPod, 'terminating'>[];
  /** Some of its replicas fit on no node. */
  readonly hasUnplaced: boolean;
  readonly failedStart: FailedStart | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * State of a workload for its callers while their requests wait. Callers are outsiders, so it names no node and no pod.
 * Pure.
 */
export function heldState({
  workloadId,
  isKnown,
  pods,
  hasUnplaced,
  failedStart,
  now,
}: HeldInputs): HeldWorkload {
  if (!isKnown) return { workloadId, state: 'unknown' };
  if (failedStart !== undefined && failedStart.retryAt > now) {
    const seconds = Math.ceil((failedStart.retryAt - now) / 1_000);
    return {
      workloadId,
      state: 'failed',
      reason: failedStart.reason,
      message: `The model server was not ready within ${failedStart.limitMs / 1_000} s; it starts again in ${seconds} s.`,
    };
  }
  const isStarting = pods.some(({ terminating }) => !terminating);
  if (isStarting || !hasUnplaced) return { workloadId, state: 'starting' };
  return {
    workloadId,
    state: 'pending',
    reason: 'Unschedulable',
    message: 'The cluster has no capacity for a replica now; the request waits.',
  };
}
