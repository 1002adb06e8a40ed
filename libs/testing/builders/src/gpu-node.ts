import type { ClusterNode } from '@tessera/domain-placement';

/** A node with GPUs of 40 GiB each. */
export const gpuNode = (name: string, gpus: number, change: Partial<ClusterNode> = {}): ClusterNode => ({
  name,
  labels: {},
  pool: 'default',
  taints: [],
  unschedulable: false,
  cpuMilli: 64_000,
  memoryMiB: 262_144,
  extended: {},
  devices: Array.from({ length: gpus }, (_, slot) => ({ slot, model: 'A100', memoryMiB: 40_960 })),
  replicas: [],
  ...change,
});
