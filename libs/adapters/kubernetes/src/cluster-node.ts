import type { ClusterNode, Device } from '@tessera/domain-placement';
import { ANNOTATIONS, GPU_RESOURCE, NodeGpus, NODE_LABELS } from '@tessera/contracts-kubernetes';
import { usageOf, wholeDevices, podUsage, type Usage } from './usage';
import type { NodeWire, PodWire } from './wire';

export interface NodeLabelKeys {
  readonly nodePool: string;
  readonly nodeType: string;
}

/**
 * A node in the words of placement. `foreign` are pods on it that are not ours; what they use is not free. `isOurs` says
 * of a slot that a replica of ours has it.
 */
export function toClusterNode(
  node: NodeWire,
  foreign: readonly PodWire[],
  keys: NodeLabelKeys,
  isOurs: (slot: number) => boolean = () => false,
): ClusterNode {
  const labels = node.metadata.labels ?? {};
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const pool = labels[keys.nodePool];
  const nodeType = labels[keys.nodeType];
  const taken = foreign.reduce((sum, pod) => sum + wholeDevices(pod, GPU_RESOURCE), 0);
  return {
    name: node.metadata.name,
    labels,
    taints: node.spec?.taints ?? [],
    unschedulable: node.spec?.unschedulable === true || ready?.status !== 'True',
    ...usageOf(node.status?.allocatable ?? {}, 'down'),
    devices: withoutForeign(withoutUnhealthy(node, devicesOf(node), isOurs), taken, isOurs),
    replicas: [],
    foreign: foreign.map(podUsage).reduce(add, { cpuMilli: 0, memoryMiB: 0, extended: {} }),
    ...(pool === undefined ? {} : { pool }),
    ...(nodeType === undefined ? {} : { nodeType }),
  };
}

/** Devices by our own annotation, else by the labels of the GPU feature discovery. */
function devicesOf(node: NodeWire): readonly Device[] {
  const annotation = node.metadata.annotations?.[ANNOTATIONS.gpus];
  if (annotation !== undefined) {
    const parsed = NodeGpus.safeParse(parseJson(annotation));
    if (parsed.success)
      return parsed.data.map(({ index, model, memoryMiB, mig }) => ({
        slot: index,
        model,
        memoryMiB,
        ...(mig === undefined ? {} : { mig: { instances: mig } }),
      }));
  }
  const labels = node.metadata.labels ?? {};
  const count = Number(labels[NODE_LABELS.gpuCount] ?? 0);
  const memoryMiB = Number(labels[NODE_LABELS.gpuMemory] ?? 0);
  const model = labels[NODE_LABELS.gpuProduct] ?? 'unknown';
  return Array.from({ length: Number.isInteger(count) ? count : 0 }, (_, slot) => ({
    slot,
    model,
    memoryMiB,
  }));
}

/**
 * kubelet, not we, chose the devices of foreign pods: as many as they hold are left out, from the last one down. A slot of
 * ours is no more than a number until kubelet gives it a device, so those that we use are not the ones.
 */
function withoutForeign(
  devices: readonly Device[],
  taken: number,
  isOurs: (slot: number) => boolean,
): readonly Device[] {
  if (taken === 0) return devices;
  const free = devices.filter(({ slot, unavailable }) => !isOurs(slot) && unavailable !== true);
  return without(devices, free.slice(Math.max(0, free.length - taken)));
}

function without(devices: readonly Device[], left: readonly Device[]): readonly Device[] {
  const out = new Set(left);
  return devices.map((device) => (out.has(device) ? { ...device, unavailable: true } : device));
}

/**
 * The device plugin takes an unhealthy device out of the allocatable ones without saying which one it is. As many are
 * left out: first those that nobody holds, because kubelet would refuse a pod that came for them, from the last one down.
 */
function withoutUnhealthy(
  node: NodeWire,
  devices: readonly Device[],
  isOurs: (slot: number) => boolean,
): readonly Device[] {
  const allocatable = node.status?.allocatable?.[GPU_RESOURCE];
  if (allocatable === undefined) return devices;
  const whole = devices.filter(({ mig }) => mig === undefined);
  const unhealthy = whole.length - Number(allocatable);
  if (!(unhealthy > 0)) return devices;
  const free = whole.filter(({ slot }) => !isOurs(slot));
  const held = whole.filter(({ slot }) => isOurs(slot));
  return without(devices, [...held, ...free].slice(-unhealthy));
}

function add(a: Usage, b: Usage): Usage {
  const extended: Record<string, number> = { ...a.extended };
  for (const [name, count] of Object.entries(b.extended)) extended[name] = (extended[name] ?? 0) + count;
  return { cpuMilli: a.cpuMilli + b.cpuMilli, memoryMiB: a.memoryMiB + b.memoryMiB, extended };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
