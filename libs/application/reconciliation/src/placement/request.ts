import type { ReplicaRequest } from '@tessera/domain-placement';
import type { WorkloadIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import { gpuRequest } from './gpu-request';

/** One shared array for all requests, since requests are cached. */
export const ANY_MODEL: ReplicaRequest['gpuModels'] = [];

/** The placement request of one replica. `id` is the name of its pod. */
export function replicaRequest({ workload, intent }: CompiledWorkload, id: string): ReplicaRequest {
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
  };
}

/** The node pools named by the spec, else the default list of the project. */
export const nodePoolsOf = (workload: AcceptedWorkload, intent: WorkloadIntent): readonly string[] =>
  intent.placement.nodePools.length > 0 ? intent.placement.nodePools : workload.defaultNodePools;
