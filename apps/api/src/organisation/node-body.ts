import type { NodeReport } from '@tessera/contracts-internal';
import type { Answer } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';

type Node = Answer<'get_nodes_of_cluster'>['body']['nodes'][number];

/** Pool of the nodes without a pool label. */
const DEFAULT_POOL = 'default';

/** A node with its GPUs. */
export function toNodeBody(node: NodeReport, clusterId: string): Node {
  const { uid, name, pool, nodeType, status, conditions, taints, devices, createdAt } = node;
  const [first] = devices;
  return {
    id: uid,
    name,
    clusterUuid: clusterId,
    nodePool: pool ?? DEFAULT_POOL,
    ...maybe('nodeType', nodeType),
    status,
    conditions: [...conditions],
    taints: [...taints],
    gpuInfo: first === undefined ? null : { gpuType: first.model, gpuCount: devices.length },
    gpus: devices.map(
      ({ index, model, memoryMiB, allocatedMilliGpu, allocatedMiB, unavailable, uuid, mig }) => ({
        index,
        model,
        memoryMiB: memoryMiB === 0 ? null : memoryMiB,
        allocatedGpu: allocatedMilliGpu / 1000,
        allocatedMemoryMiB: memoryMiB === 0 ? null : allocatedMiB,
        available: !unavailable,
        ...maybe('uuid', uuid),
        ...(mig === undefined ? {} : { mig: [...mig] }),
      }),
    ),
    cpuCores: node.cpuMilli / 1000,
    memoryMiB: node.memoryMiB,
    replicas: node.replicas,
    createdAt,
    updatedAt: conditions.map(({ lastTransitionTime }) => lastTransitionTime).reduce(latest, createdAt),
  };
}

const latest = (a: string, b: string): string => (Date.parse(a) > Date.parse(b) ? a : b);
