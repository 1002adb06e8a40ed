import type { NodeSelectorTermIntent, TolerationIntent } from '@tessera/domain-workload';
import type { GpuRequest, ReplicaRequest, VolumeReach } from './model';
import type { DeviceClass } from './gpu-vector';
import { memoryShare } from './device-memory';
import { sharesDevices } from './node-state';

/**
 * Requirements of a request on a node, without its owner. Requests of one shape have the same score on the same node,
 * so scores are cached per shape.
 */
export interface Shape {
  readonly key: string;
  readonly gpu: GpuRequest;
  /** Devices requested; 0 for CPU-only, 1 for a MIG profile. */
  readonly devices: number;
  /** Share per device: 1000 for whole devices, 0 where it depends on the device's size. */
  readonly milliGpu: number;
  /** Its devices are shared: each needs a reservation pod. */
  readonly shares: boolean;
  readonly gpuModels: readonly string[];
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: readonly (readonly [string, number])[];
  readonly nodeType: string | undefined;
  readonly nodeSelector: readonly (readonly [string, string])[];
  readonly nodeAffinity: readonly NodeSelectorTermIntent[];
  readonly tolerations: readonly TolerationIntent[];
  readonly volumes: readonly VolumeReach[];
  readonly avoidedNodes: readonly string[];
  /** Number of the GPU part within its table; the same part gives the same number. */
  readonly gpuId: number;
}

/** Interns shapes, so that a request finds its scores by one map look-up. */
export class ShapeTable {
  private readonly shapes = new Map<string, Shape>();
  private readonly gpuIds = new Map<string, number>();

  shapeOf(request: ReplicaRequest): Shape {
    const key = keyOf(request);
    let shape = this.shapes.get(key);
    if (shape === undefined) {
      if (this.shapes.size >= MAX_SHAPES) this.shapes.clear();
      shape = this.describe(request, key);
      this.shapes.set(key, shape);
    }
    return shape;
  }

  private describe(request: ReplicaRequest, key: string): Shape {
    const gpuKey = gpuKeyOf(request);
    const gpuId = this.gpuIds.get(gpuKey) ?? this.gpuIds.size;
    this.gpuIds.set(gpuKey, gpuId);
    const { gpu } = request;
    return {
      key,
      gpu,
      devices: devicesAsked(gpu),
      milliGpu: gpu.kind === 'whole' ? 1000 : gpu.kind === 'portion' ? gpu.milliGpu : 0,
      shares: sharesDevices(gpu.kind),
      gpuModels: [...new Set(request.gpuModels)].sort(),
      cpuMilli: request.cpuMilli,
      memoryMiB: request.memoryMiB,
      extended: Object.entries(request.extended).filter(([, count]) => count > 0),
      nodeType: request.nodeType,
      nodeSelector: Object.entries(request.nodeSelector),
      nodeAffinity: request.nodeAffinity,
      tolerations: request.tolerations,
      volumes: request.volumes ?? NO_VOLUMES,
      avoidedNodes: request.avoidedNodes ?? NO_NODES,
      gpuId,
    };
  }
}

const NO_VOLUMES: Shape['volumes'] = [];
const NO_NODES: readonly string[] = [];

/** Shapes kept before the table is cleared. */
const MAX_SHAPES = 4096;

/** Number of devices that a request uses. */
export function devicesAsked(gpu: GpuRequest): number {
  if (gpu.kind === 'none') return 0;
  return gpu.kind === 'mig' ? 1 : gpu.devices;
}

/** Share of one device of a class that the shape takes, thousandths; above 1000 where it can never fit. */
export function milliOn(shape: Pick<Shape, 'gpu' | 'milliGpu'>, device: DeviceClass): number {
  return shape.gpu.kind === 'memory' ? memoryShare(shape.gpu.memoryMiB, device.usableMiB) : shape.milliGpu;
}

function gpuKeyOf({ gpu, gpuModels }: ReplicaRequest): string {
  const amount =
    gpu.kind === 'portion'
      ? `${gpu.devices}x${gpu.milliGpu}`
      : gpu.kind === 'memory'
        ? `${gpu.devices}x${gpu.memoryMiB}`
        : gpu.kind === 'whole'
          ? `${gpu.devices}`
          : gpu.kind === 'mig'
            ? gpu.profile
            : '';
  const models = gpuModels.length === 0 ? '' : [...new Set(gpuModels)].sort().join('|');
  return `${gpu.kind} ${amount} ${models}`;
}

/** Equal for requests with the same requirements; empty parts, the common case, are skipped cheaply. */
function keyOf(request: ReplicaRequest): string {
  const parts = `${gpuKeyOf(request)};${request.cpuMilli};${request.memoryMiB};${request.nodeType ?? ''}`;
  const rest: unknown[] = [];
  if (hasKeys(request.extended)) rest.push('x', Object.entries(request.extended).sort());
  if (hasKeys(request.nodeSelector)) rest.push('s', Object.entries(request.nodeSelector).sort());
  if (request.nodeAffinity.length > 0) rest.push('a', request.nodeAffinity);
  if (request.tolerations.length > 0) rest.push('t', request.tolerations);
  if (request.volumes !== undefined && request.volumes.length > 0) rest.push('v', request.volumes);
  if (request.avoidedNodes !== undefined && request.avoidedNodes.length > 0)
    rest.push('n', request.avoidedNodes);
  return rest.length === 0 ? parts : `${parts};${JSON.stringify(rest)}`;
}

function hasKeys(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return true;
  return false;
}
