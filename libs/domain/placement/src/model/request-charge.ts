import type { ReplicaRequest } from './model';
import { memoryShare } from './device-memory';
import { modelAllowed } from '../filters/filters';
import { migShare, type NodeState } from './node-state';
import { geometryOf } from '@tessera/domain-mig';

/**
 * Charge of the request on the node, thousandths of a device: portions and whole devices as requested,
 * memory by its share of the first device allowed, a MIG profile by its compute slices over all.
 */
export function requestCharge(node: NodeState, { gpu, gpuModels }: ReplicaRequest): number {
  switch (gpu.kind) {
    case 'none':
      return 0;
    case 'whole':
      return gpu.devices * 1000;
    case 'portion':
      return gpu.devices * gpu.milliGpu;
    case 'memory': {
      const device = node.devices.find((one) => modelAllowed(one, { gpuModels }));
      return device === undefined ? 0 : gpu.devices * memoryShare(gpu.memoryMiB, device.class.usableMiB);
    }
    case 'mig': {
      const device = node.spec.devices.find(
        ({ model }) => gpuModels.length === 0 || gpuModels.includes(model),
      );
      return device === undefined ? 0 : migShare(geometryOf(device.model, device.memoryMiB), gpu.profile);
    }
  }
}
