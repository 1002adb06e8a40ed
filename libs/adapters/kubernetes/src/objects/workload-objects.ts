import type { KubernetesObject } from '@kubernetes/client-node';
import type { NewReplica, RealisedWorkload } from '@tessera/application-reconciliation';
import { claims, services } from './companions';
import { replicaPod } from './pod';
import { PLAIN_SHARING, type GpuSharing } from './sharing';

/** Everything that a workload with one replica becomes, but for the namespace of its project. Pure. */
export const workloadObjects = (
  target: RealisedWorkload,
  replica: NewReplica,
  sharing: GpuSharing = PLAIN_SHARING,
): readonly KubernetesObject[] => [
  ...claims(target),
  ...services(target),
  replicaPod(target, replica, sharing),
];
