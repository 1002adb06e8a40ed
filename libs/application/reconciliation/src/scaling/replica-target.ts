import { maybe } from '@tessera/kernel';
import type { CompiledWorkload } from '../model/workload';

/** How many replicas a workload is to have now, why, and the inputs of the decision. Plain data. */
export interface DesiredReplicas {
  readonly replicas: number;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Says how many replicas a workload is to have. The reconciler asks once per workload and cycle and plans, reports and
 * publishes that answer, so an answer comes from memory, without IO. Whoever changes an answer enqueues the workload. A
 * workload that is being deleted is not asked about.
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
      inputs: { minReplicas, maxReplicas, initialReplicas: replicas, ...maybe('metric', metric) },
    };
  },
};

/** No replicas, for a workload that is being deleted. */
export const REMOVED: DesiredReplicas = { replicas: 0, reason: 'the workload is being deleted', inputs: {} };

/** The answer of the port, or {@link REMOVED} for a workload that is being deleted. */
export const desiredReplicas = (target: ReplicaTarget, compiled: CompiledWorkload): DesiredReplicas =>
  compiled.workload.removed ? REMOVED : target.of(compiled);
