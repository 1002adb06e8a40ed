import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { DeviceShare } from '@tessera/domain-placement';

/** Memory of a device of `gpuNode`. */
const DEVICE_MEMORY_MIB = 40_960;

/** So much of the device in this slot of a `gpuNode`: of its compute, and as large a part of its memory. */
export const deviceShare = (slot: number, milliGpu = 500): DeviceShare => ({
  slot,
  milliGpu,
  memoryMiB: Math.floor((milliGpu * DEVICE_MEMORY_MIB) / 1000),
});

/** What a replica on node-a holds: half of the device in slot 0. */
export const gpuAllocation = (change: Partial<GpuAllocation> = {}): GpuAllocation => ({
  version: 1,
  node: 'node-a',
  kind: 'portion',
  devices: [deviceShare(0)],
  ...change,
});
