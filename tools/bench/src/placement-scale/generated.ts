import type { ClusterNode, GpuRequest, ReplicaRequest, TaskMix } from '@tessera/domain-placement';

/** [nodes, model, devices, cores, GiB] in the proportions of the openb cluster: 1,213 nodes, 6,212 GPUs. */
const NODES = [
  [549, 'G2', 8, 96, 384],
  [387, 'T4', 2, 104, 512],
  [107, 'P100', 2, 16, 128],
  [39, 'G3', 8, 128, 768],
  [28, 'V100M16', 4, 32, 256],
  [22, 'P100', 2, 64, 256],
  [21, 'V100M32', 8, 96, 384],
  [19, 'V100M16', 1, 8, 64],
  [17, 'T4', 4, 96, 384],
  [9, 'V100M32', 4, 48, 192],
  [8, 'V100M16', 8, 64, 512],
  [5, 'P100', 1, 8, 64],
  [2, 'A10', 1, 128, 512],
] as const;

/** Device memory of each model, MiB. G2 and G3 are undisclosed types: sizes of the same class are assumed. */
const DEVICE_MIB: Readonly<Record<string, number>> = {
  G2: 32_768,
  G3: 81_920,
  T4: 15_360,
  P100: 16_384,
  V100M16: 16_384,
  V100M32: 32_768,
  A10: 23_028,
};

/** [weight, devices, thousandths per device, CPU thousandths, MiB]: kinds of request as frequent as in openb. */
const REQUESTS = [
  [1047, 1, 810, 3152, 5600],
  [857, 1, 1000, 11_300, 49_152],
  [534, 1, 1000, 11_400, 48_128],
  [470, 1, 1000, 3152, 5600],
  [388, 1, 470, 11_908, 47_104],
  [364, 0, 0, 12_500, 57_344],
  [360, 1, 470, 8000, 30_517],
  [284, 0, 0, 32_000, 49_152],
  [255, 1, 1000, 18_708, 64_512],
  [237, 1, 650, 11_908, 47_104],
  [195, 1, 1000, 9810, 41_560],
  [163, 0, 0, 8000, 30_517],
  [158, 1, 1000, 12_000, 24_576],
  [158, 1, 1000, 15_700, 58_368],
  [153, 1, 1000, 11_908, 47_104],
  [120, 0, 0, 15_400, 51_200],
  [111, 1, 320, 4000, 22_888],
  [108, 1, 1000, 16_000, 32_768],
  [104, 1, 1000, 8000, 16_384],
  [104, 1, 1000, 4000, 24_576],
  [99, 1, 1000, 12_000, 16_384],
  [95, 0, 0, 16_500, 51_200],
  [93, 1, 1000, 14_200, 58_368],
  [84, 1, 230, 4000, 30_517],
  [84, 1, 1000, 24_200, 93_184],
  [78, 1, 320, 4000, 15_258],
  [75, 1, 590, 3152, 5600],
  [72, 1, 320, 8000, 30_517],
  [72, 1, 550, 4152, 10_600],
  [65, 1, 1000, 11_400, 77_824],
  [53, 1, 160, 4000, 15_258],
  [51, 1, 460, 6000, 6144],
  [45, 1, 370, 4152, 10_600],
  [36, 8, 1000, 80_000, 262_144],
  [20, 2, 1000, 16_000, 65_536],
  [18, 4, 1000, 32_000, 131_072],
] as const;

/** Exactly so many nodes, each kind as frequent as in openb (largest remainders get the rest). */
export function generateNodes(count: number): ClusterNode[] {
  const all = NODES.reduce((sum, [nodes]) => sum + nodes, 0);
  const quotas = NODES.map((kind) => ({ kind, exact: (kind[0] * count) / all }));
  const left = count - quotas.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const byRemainder = [...quotas].sort((a, b) => (b.exact % 1) - (a.exact % 1));
  const favoured = new Set(byRemainder.slice(0, left));
  const kinds = quotas.flatMap((quota) =>
    Array.from({ length: Math.floor(quota.exact) + (favoured.has(quota) ? 1 : 0) }, () => quota.kind),
  );
  return kinds.map(([, model, devices, cores, gib], index) => ({
    name: `node-${String((index * 7919) % kinds.length).padStart(6, '0')}-${index}`,
    labels: { 'kubernetes.io/hostname': `node-${index}` },
    pool: 'default',
    taints: [],
    unschedulable: false,
    cpuMilli: cores * 1000,
    memoryMiB: gib * 1024,
    extended: {},
    devices: Array.from({ length: devices }, (_, slot) => ({
      slot,
      model,
      memoryMiB: DEVICE_MIB[model] ?? 0,
    })),
    replicas: [],
  }));
}

const gpuOf = (devices: number, milliGpu: number): GpuRequest =>
  devices === 0
    ? { kind: 'none' }
    : milliGpu === 1000
      ? { kind: 'whole', devices }
      : { kind: 'portion', devices, milliGpu };

const TOTAL_WEIGHT = REQUESTS.reduce((sum, [weight]) => sum + weight, 0);

/** The mix that the requests are drawn from. */
export const GENERATED_MIX: TaskMix = {
  tasks: REQUESTS.map(([weight, devices, milliGpu, cpuMilli]) => ({
    gpu: gpuOf(devices, milliGpu),
    gpuModels: [],
    cpuMilli,
    weight,
  })),
};

/** A request drawn from the mix, for the default pool. */
export function drawRequest(id: string, random: () => number): ReplicaRequest {
  let at = random() * TOTAL_WEIGHT;
  const drawn = REQUESTS.find(([weight]) => (at -= weight) < 0) ?? REQUESTS[0];
  const [, devices, milliGpu, cpuMilli, memoryMiB] = drawn;
  return {
    id,
    workloadId: id,
    projectId: 'bench',
    departmentId: 'bench',
    gpu: gpuOf(devices, milliGpu),
    gpuModels: [],
    cpuMilli,
    memoryMiB,
    extended: {},
    nodePools: ['default'],
    nodeSelector: {},
    nodeAffinity: [],
    tolerations: [],
  };
}
