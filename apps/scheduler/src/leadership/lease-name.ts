import type { SchedulerConfig } from '../config';

/** Name of the lease, and of its fence in the database: one per cluster. */
export const leaseOf = ({ TESSERA_CLUSTER_ID: id }: Pick<SchedulerConfig, 'TESSERA_CLUSTER_ID'>): string =>
  `tessera-scheduler-${id}`;
