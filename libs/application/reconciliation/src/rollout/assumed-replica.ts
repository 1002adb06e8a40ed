import { maybe } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';
import { revisionOf, type CompiledWorkload } from '../model/workload';
import type { NewReplica } from '../ports';

/** UID of a replica that does not exist in the cluster yet. */
const NO_UID = '';

/** False for a pod that exists in the cluster. */
export const isAssumed = ({ uid }: Pick<ReplicaPod, 'uid'>): boolean => uid === NO_UID;

/**
 * A planned replica that is being created, in the form of its future pod before anything is admitted. `at`: RFC 3339;
 * `claims`: those it mounts.
 */
export function assumedReplica(
  { workload, intent }: CompiledWorkload,
  { name, ordinal, placement, devices, rejections }: NewReplica,
  at: string,
  claims: readonly string[] = [],
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
    generation: revisionOf(workload),
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
    ...maybe('devices', devices),
    ...maybe('rejections', rejections),
    ...(claims.length === 0 ? {} : { claims }),
    cpuMilli,
    memoryMiB,
    extended,
  };
}
