import { readFileSync } from 'node:fs';
import type { ClusterNode, GpuRequest, ReplicaRequest, TaskMix, TaskShape } from '@tessera/domain-placement';

/** One pod of a trace; shares in thousandths per device, times in seconds from the trace's start. */
export interface TracePod {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly devices: number;
  readonly milliGpu: number;
  readonly models: readonly string[];
  readonly createdAt: number;
  readonly deletedAt: number;
}

/** The rows of a CSV file with a header line, as objects. No quoting: the traces have none. */
export function readCsv(path: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
}

/** Nodes of the trace. The size of the devices is not recorded, so their memory is 0: unknown. */
export const readNodes = (path: string): ClusterNode[] =>
  readCsv(path).map((row) => ({
    name: text(row, 'sn'),
    labels: {},
    taints: [],
    unschedulable: false,
    cpuMilli: integer(row, 'cpu_milli'),
    memoryMiB: integer(row, 'memory_mib'),
    extended: {},
    devices: Array.from({ length: integer(row, 'gpu') }, (_, slot) => ({
      slot,
      model: text(row, 'model'),
      memoryMiB: 0,
    })),
    replicas: [],
  }));

export const readPods = (path: string): TracePod[] =>
  readCsv(path).map((row) => {
    const devices = integer(row, 'num_gpu');
    return {
      name: text(row, 'name'),
      cpuMilli: integer(row, 'cpu_milli'),
      memoryMiB: integer(row, 'memory_mib'),
      devices,
      milliGpu: devices === 0 ? 0 : integer(row, 'gpu_milli'),
      models: (row['gpu_spec'] ?? '').split('|').filter((model) => model !== ''),
      createdAt: Number(row['creation_time'] ?? 0),
      deletedAt: Number(row['deletion_time'] ?? 0),
    };
  });

function text(row: Record<string, string>, column: string): string {
  const value = row[column];
  if (value === undefined || value === '') throw new Error(`The column ${column} is missing or empty.`);
  return value;
}

function integer(row: Record<string, string>, column: string): number {
  const value = Number(text(row, column));
  if (!Number.isInteger(value)) throw new Error(`The column ${column} has ${row[column]}: not an integer.`);
  return value;
}

export function gpuOf({ devices, milliGpu }: TracePod): GpuRequest {
  if (devices === 0) return { kind: 'none' };
  if (devices > 1 || milliGpu >= 1000) return { kind: 'whole', devices };
  return { kind: 'portion', devices, milliGpu };
}

/** Thousandths of a device that the pod asks in all. */
export const demandOf = (pod: TracePod): number => pod.devices * pod.milliGpu;

export const requestOf = (pod: TracePod, id: string): ReplicaRequest => ({
  id,
  workloadId: id,
  projectId: 'trace',
  departmentId: 'trace',
  gpu: gpuOf(pod),
  gpuModels: pod.models,
  cpuMilli: pod.cpuMilli,
  memoryMiB: pod.memoryMiB,
  extended: {},
  nodePools: [],
  nodeSelector: {},
  nodeAffinity: [],
  tolerations: [],
});

/**
 * The mix of a trace as the published experiment takes it: shapes by CPU, share, devices and model set, the most
 * frequent ones until at least 95 % of the pods are covered.
 */
export function mixOf(pods: readonly TracePod[]): TaskMix {
  const byShape = new Map<string, { pod: TracePod; count: number }>();
  for (const pod of pods) {
    const key = `${pod.cpuMilli} ${pod.milliGpu} ${pod.devices} ${[...pod.models].sort().join('|')}`;
    const known = byShape.get(key);
    if (known === undefined) byShape.set(key, { pod, count: 1 });
    else known.count++;
  }
  const tasks: TaskShape[] = [];
  let covered = 0;
  for (const { pod, count } of [...byShape.values()].sort((a, b) => b.count - a.count)) {
    if (covered >= 0.95 * pods.length) break;
    covered += count;
    tasks.push({ gpu: gpuOf(pod), gpuModels: pod.models, cpuMilli: pod.cpuMilli, weight: count });
  }
  return { tasks };
}
