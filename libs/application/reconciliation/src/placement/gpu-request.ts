import type { GpuRequest, PlacedReplica } from '@tessera/domain-placement';
import type { GpuIntent } from '@tessera/domain-workload';

/** Limits above requests are burst and never counted (design §4). */
export function gpuRequest(gpu: GpuIntent): GpuRequest {
  switch (gpu.kind) {
    case 'portion':
      return { kind: 'portion', devices: gpu.devices, milliGpu: gpu.milliGpu };
    case 'memory':
      return { kind: 'memory', devices: gpu.devices, memoryMiB: gpu.memoryMiB };
    default:
      return gpu;
  }
}

/** Derives the request of a replica from its allocation. */
export function requestOf({ kind, devices }: PlacedReplica): GpuRequest {
  const [first] = devices;
  if (first === undefined) return { kind: 'none' };
  switch (kind) {
    case 'portion':
      return { kind, devices: devices.length, milliGpu: first.milliGpu };
    case 'memory':
      return { kind, devices: devices.length, memoryMiB: first.memoryMiB };
    case 'mig':
      return first.mig === undefined ? { kind: 'none' } : { kind, profile: first.mig.profile };
    case 'whole':
      return { kind, devices: devices.length };
    default:
      return { kind: 'none' };
  }
}
