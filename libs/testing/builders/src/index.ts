export { applyCommand } from './apply-command';
export { gpuNode } from './gpu-node';
