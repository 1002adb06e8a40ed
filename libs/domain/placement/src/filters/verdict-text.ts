import type { FilterCode, GpuRequest, ReplicaRequest, VolumeReach } from '../model/model';

/** Thousandths as a decimal number: 380 is 0.38. */
export const decimal = (milli: number): string => String(milli / 1000);

/** Text of the GPU part of a request. */
export function gpuText(gpu: GpuRequest): string {
  switch (gpu.kind) {
    case 'none':
      return 'no GPU';
    case 'whole':
      return `${gpu.devices} whole ${gpu.devices === 1 ? 'device' : 'devices'}`;
    case 'portion':
      return `${decimal(gpu.milliGpu)} GPU on ${devices(gpu.devices)}`;
    case 'memory':
      return `${gpu.memoryMiB} MiB of GPU memory on ${devices(gpu.devices)}`;
    case 'mig':
      return `a MIG instance ${gpu.profile}`;
  }
}

const devices = (count: number): string => (count === 1 ? 'one device' : `each of ${count} devices`);

/** What only some nodes can mount, and why: the claim first, as users know it. */
function volumeText({ claim, volume, usedOn, heldBy }: VolumeReach): string {
  if (heldBy !== undefined)
    return `the claim "${claim}", which allows one pod (ReadWriteOncePod) and is in use by ${heldBy}`;
  if (usedOn !== undefined)
    return `the claim "${claim}", which allows one node (ReadWriteOnce) and is in use on ${[...usedOn].sort().join(', ')}`;
  return volume === undefined
    ? `a volume of the claim "${claim}"`
    : `the volume "${volume}" of the claim "${claim}"`;
}

/** Text of a filter for the nodes that it rejected; the subject is "n nodes". */
export function detailOf(code: FilterCode, request: ReplicaRequest): string {
  switch (code) {
    case 'NodePool':
      return 'are in other node pools';
    case 'NodeRepartitioning':
      return 'are being repartitioned';
    case 'NodeUnschedulable':
      return 'are cordoned or not ready';
    case 'NodeType':
      return `are not of type ${request.nodeType ?? ''}`;
    case 'NodeSelector':
      return 'lack a label of the node selector';
    case 'NodeAffinity':
      return 'are outside the node affinity';
    case 'Taint':
      return 'have an untolerated taint';
    case 'Volume':
      return `cannot mount ${(request.volumes ?? []).map(volumeText).join(' or ')}`;
    case 'PodAffinity':
      return `are outside the pod affinity by ${request.podAffinity?.topologyKey ?? ''}`;
    case 'GpuModel':
      return `have no device of model ${[...request.gpuModels].sort().join(' or ')}`;
    case 'NodeAvoided':
      return 'are avoided for a while because kubelet rejected such a replica there';
    case 'Pods':
      return request.gpu.kind === 'portion' || request.gpu.kind === 'memory'
        ? 'have no place for a pod and the reservation pods of its devices'
        : 'run as many pods as they may';
    case 'Cpu':
      return `lack ${decimal(request.cpuMilli)} CPU`;
    case 'Memory':
      return `lack ${request.memoryMiB} MiB of memory`;
    case 'ExtendedResource':
      return `lack ${Object.keys(request.extended).sort().join(' or ')}`;
    case 'MigInvalid':
      return 'have MIG instances that differ although the strategy is single';
    case 'TimeSliced':
      return 'have time-sliced devices, of which neither a whole one nor a share can be promised';
    case 'GpuMemoryUnknown':
      return 'have devices whose memory is unknown';
    case 'GpuDevices':
      return `have too few devices for ${gpuText(request.gpu)}`;
    case 'GpuShare':
    case 'GpuMemory':
      return `lack ${gpuText(request.gpu)}`;
    case 'MigPlacement':
      return `have no free MIG instance ${request.gpu.kind === 'mig' ? request.gpu.profile : ''}`;
    case 'Quota':
      return 'are in a pool whose quota is used up';
  }
}
