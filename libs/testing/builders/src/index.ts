export { applyCommand } from './apply-command';
export { deviceShare, gpuAllocation } from './gpu-allocation';
export { gpuNode } from './gpu-node';
export { gpuPortion, migInstance } from './gpu-request';
export { workloadRef } from './workload-ref';
