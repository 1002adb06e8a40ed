import type { NamedWorkload } from '@tessera/application-control-plane';
import type { DeviceHolder, DeviceReport, NodeReport } from '@tessera/contracts-internal';
import type { Answer } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import type { UseOf } from './gpu-use';

type Node = Answer<'get_nodes_of_cluster'>['body']['nodes'][number];
type Gpu = Node['gpus'][number];
type Holder = NonNullable<Gpu['holders']>[number];

/** Pool of the nodes without a pool label. */
const DEFAULT_POOL = 'default';

/** The workload of a share by its id; undefined for one that the reader may not see. */
export type WorkloadById = (id: string) => NamedWorkload | undefined;

/** A node with its GPUs. */
export function toNodeBody(
  node: NodeReport,
  clusterId: string,
  workloadOf: WorkloadById,
  useOf: UseOf = () => undefined,
): Node {
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
    gpus: devices.map((device) =>
      toGpu(device, (holder) => toHolder(holder, workloadOf(holder.workloadId), useOf(name, device, holder))),
    ),
    cpuCores: node.cpuMilli / 1000,
    memoryMiB: node.memoryMiB,
    replicas: node.replicas,
    createdAt,
    updatedAt: conditions.map(({ lastTransitionTime }) => lastTransitionTime).reduce(latest, createdAt),
  };
}

function toGpu(device: DeviceReport, holderOf: (holder: DeviceHolder) => Holder): Gpu {
  const { index, model, memoryMiB, allocatedMilliGpu, allocatedMiB, unavailable } = device;
  const { uuid, mig, migSlices, holders, reservation } = device;
  return {
    index,
    model,
    memoryMiB: memoryMiB === 0 ? null : memoryMiB,
    allocatedGpu: allocatedMilliGpu / 1000,
    allocatedMemoryMiB: memoryMiB === 0 ? null : allocatedMiB,
    available: !unavailable,
    ...maybe('uuid', uuid),
    ...(mig === undefined ? {} : { mig: [...mig] }),
    ...maybe('migSlices', migSlices),
    ...maybe('holders', holders?.map(holderOf)),
    ...maybe('reservation', reservation),
  };
}

/** A share of a GPU; of a workload that the reader may not see, its size alone. */
function toHolder(
  { pod, replica, milliGpu, memoryMiB, mig, since }: DeviceHolder,
  workload: NamedWorkload | undefined,
  utilisation: number | undefined,
): Holder {
  const size = { milliGpu, memoryMiB: memoryMiB === 0 ? null : memoryMiB, ...maybe('mig', mig) };
  return workload === undefined
    ? size
    : { workload, pod, replica, ...size, since, ...maybe('utilisation', utilisation) };
}

const latest = (a: string, b: string): string => (Date.parse(a) > Date.parse(b) ? a : b);
