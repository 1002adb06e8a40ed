const PREFIX = 'kept for ';

/** Id of what is kept for a workload, among the replicas of a model. */
export const keptId = (workloadId: string): string => `${PREFIX}${workloadId}`;

/** True for what is kept: it is no replica, and nothing that anybody could end. */
export const isKept = (replicaId: string): boolean => replicaId.startsWith(PREFIX);
