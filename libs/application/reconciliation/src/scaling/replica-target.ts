import type { ScalingInputs } from '@tessera/contracts-events';
import type { ScalingCondition } from '@tessera/domain-autoscaling';
import { maybe } from '@tessera/kernel';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import type { ScalingRecord } from './scaling-entry';

/** How many replicas a workload is to have now, why, and the inputs of the decision. Plain data. */
export interface DesiredReplicas {
  readonly replicas: number;
  readonly reason: string;
  readonly inputs: Readonly<ScalingInputs>;
  /** Scaling conditions of the workload; absent if its number of replicas is fixed. */
  readonly conditions?: readonly ScalingCondition[];
  /** What a new leader needs of the decision; stored with the workload. */
  readonly record?: ScalingRecord;
}

/**
 * Decides how many replicas a workload is to have. The reconciler asks once per workload and cycle and plans, reports
 * and publishes that answer, so an answer comes from memory, without IO. A component that changes an answer enqueues
 * the workload. A workload that is being deleted is not asked about.
 */
export interface ReplicaTarget {
  of(compiled: CompiledWorkload): DesiredReplicas;
}

/** The number with which the spec begins; it stays until the spec changes. */
export const initialReplicas: ReplicaTarget = {
  of({ intent }) {
    const { minReplicas, maxReplicas, initialReplicas: replicas, metric } = intent.scaling;
    return {
      replicas,
      reason:
        minReplicas === maxReplicas
          ? 'the spec sets a fixed number of replicas'
          : `the spec starts with ${replicas} replicas (range ${minReplicas} to ${maxReplicas})`,
      inputs: {
        minReplicas,
        maxReplicas,
        initialReplicas: replicas,
        ...maybe('metric', metric === undefined || metric === 'activity' ? undefined : metric.name),
      },
    };
  },
};

/** True if the stored record is up to date; changed idle times alone are stored with the next change. Pure. */
export const sameRecord = (
  { scaling }: Pick<AcceptedWorkload, 'scaling'>,
  { record }: DesiredReplicas,
): boolean =>
  record === undefined ||
  (scaling?.reachedInitial === record.reachedInitial &&
    (scaling.raisedFrom === undefined) === (record.raisedFrom === undefined));

/** No replicas, for a workload that is being deleted. */
export const REMOVED: DesiredReplicas = { replicas: 0, reason: 'the workload is being deleted', inputs: {} };

/** The answer of the port, or {@link REMOVED} for a workload that is being deleted. */
export const desiredReplicas = (target: ReplicaTarget, compiled: CompiledWorkload): DesiredReplicas =>
  compiled.workload.removed ? REMOVED : target.of(compiled);
