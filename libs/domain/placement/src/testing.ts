import type { ClusterNode, PlacedReplica, ReplicaRequest } from './model/model';

/** Builders for the tests of this library. */
export interface NodeSketch extends Partial<Omit<ClusterNode, 'devices' | 'name'>> {
  readonly devices?: number | ClusterNode['devices'];
  readonly model?: string;
  /** A share of the first device that is in use. */
  readonly usedMilli?: number;
}

export function node(name: string, sketch: NodeSketch = {}): ClusterNode {
  const { devices = 1, model = 'NVIDIA-A100-SXM4-40GB', usedMilli, ...rest } = sketch;
  return {
    name,
    labels: { 'kubernetes.io/hostname': name },
    taints: [],
    unschedulable: false,
    cpuMilli: 64_000,
    memoryMiB: 262_144,
    extended: {},
    replicas: usedMilli === undefined ? [] : [runningReplica(`${name}-holder`, usedMilli)],
    ...rest,
    devices:
      typeof devices === 'number'
        ? Array.from({ length: devices }, (_, slot) => ({ slot, model, memoryMiB: 40_960 }))
        : devices,
  };
}

export const runningReplica = (id: string, milliGpu: number, slot = 0): PlacedReplica => ({
  id,
  workloadId: id,
  projectId: 'p',
  departmentId: 'd',
  kind: 'portion',
  devices: [{ slot, milliGpu, memoryMiB: Math.floor((milliGpu * 39_731) / 1000) }],
  cpuMilli: 1000,
  memoryMiB: 1024,
  extended: {},
});

export const request = (sketch: Partial<ReplicaRequest> = {}): ReplicaRequest => ({
  id: 'replica',
  workloadId: sketch.id ?? 'workload',
  projectId: 'p',
  departmentId: 'd',
  gpu: { kind: 'none' },
  gpuModels: [],
  cpuMilli: 1000,
  memoryMiB: 1024,
  extended: {},
  nodePools: [],
  nodeSelector: {},
  nodeAffinity: [],
  tolerations: [],
  ...sketch,
});
