const PREFIX = 'kept for ';

/** Id of what is kept for a workload, among the replicas of a model. */
export const keptId = (workloadId: string): string => `${PREFIX}${workloadId}`;

/** True for capacity that is kept for a workload: it is no replica and cannot be ended. */
export const isKept = (replicaId: string): boolean => replicaId.startsWith(PREFIX);
