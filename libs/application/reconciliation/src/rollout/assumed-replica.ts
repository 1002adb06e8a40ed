import type { CompiledWorkload, ReplicaPod } from '../model/workload';
import type { NewReplica } from '../ports';

/** Of a replica that the cluster has not yet. */
const NO_UID = '';

/** False for a pod that the cluster has. */
export const isAssumed = ({ uid }: Pick<ReplicaPod, 'uid'>): boolean => uid === NO_UID;

/** A replica that was decided on and is being created, as the pod that it will be. `at`: RFC 3339. */
export function assumedReplica(
  { workload, intent }: CompiledWorkload,
  { name, ordinal, placement, devices }: NewReplica,
  at: string,
): ReplicaPod {
  const { workloadId, projectId, departmentId, namespace } = workload.ref;
  const { cpuMilli, memoryMiB, extended } = intent.resources;
  return {
    uid: NO_UID,
    name,
    namespace,
    workloadId,
    projectId,
    departmentId,
    ordinal,
    generation: workload.generation,
    phase: 'Pending',
    ready: false,
    terminating: false,
    nodeName: placement.node,
    image: intent.container.image,
    createdAt: at,
    changedAt: at,
    allocation: {
      version: 1,
      node: placement.node,
      kind: placement.kind,
      devices: placement.devices.map((share) => ({ ...share })),
    },
    ...(devices === undefined ? {} : { devices }),
    cpuMilli,
    memoryMiB,
    extended,
  };
}
