import type { ReplicaRequest, VolumeReach } from '@tessera/domain-placement';
import type { WorkloadIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import { gpuRequest } from './gpu-request';

/** One shared array for all requests, since requests are cached. */
export const ANY_MODEL: ReplicaRequest['gpuModels'] = [];

/** The placement request of one replica. `id` is the name of its pod, `volumes` what not every node can mount. */
export function replicaRequest(
  { workload, intent }: CompiledWorkload,
  id: string,
  volumes: readonly VolumeReach[] = [],
): ReplicaRequest {
  const { placement, resources } = intent;
  return {
    id,
    workloadId: workload.ref.workloadId,
    projectId: workload.ref.projectId,
    departmentId: workload.ref.departmentId,
    gpu: gpuRequest(resources.gpu),
    gpuModels: ANY_MODEL,
    cpuMilli: resources.cpuMilli,
    memoryMiB: resources.memoryMiB,
    extended: resources.extended,
    nodePools: nodePoolsOf(workload, intent),
    nodeSelector: {},
    nodeAffinity: placement.nodeAffinity,
    tolerations: placement.tolerations,
    ...maybe('nodeType', placement.nodeType),
    ...maybe('podAffinity', placement.podAffinity),
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

/** The node pools named by the spec, else the default list of the project. */
export const nodePoolsOf = (workload: AcceptedWorkload, intent: WorkloadIntent): readonly string[] =>
  intent.placement.nodePools.length > 0 ? intent.placement.nodePools : workload.defaultNodePools;
