export { applyCommand } from './apply-command';
export { deviceShare, gpuAllocation } from './gpu-allocation';
export { gpuNode } from './gpu-node';
export { gpuPortion, migInstance } from './gpu-request';
export { stubOf } from './stub-of';
export { workloadRef } from './workload-ref';
