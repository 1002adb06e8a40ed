export { applyCommand } from './apply-command';
export { gpuNode } from './gpu-node';
export { workloadRef } from './workload-ref';
