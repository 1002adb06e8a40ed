import type { BodyOf } from '../../api/client';
import type { Node } from './capacity';

type Workload = BodyOf<'get_workloads'>['workloads'][number];
type Gpu = Node['gpus'][number];

/** GPUs that one replica asks for: so much of each of so many devices, or one MIG instance. No pool means any. */
export interface Ask {
  readonly pools: readonly string[];
  readonly gpu:
    | { readonly kind: 'share'; readonly devices: number; readonly share: number }
    | { readonly kind: 'memory'; readonly mib: number }
    | { readonly kind: 'mig'; readonly profile: string };
}

/** Free GPU of ready nodes, in devices, and how much of it nobody who waits can use. */
export interface Fragmentation {
  readonly free: number;
  readonly unusable: number;
}

/** Slices of a device under MIG. */
const MIG_SLICES = 7;
const EXACT = 1e-6;
const QUANTITY = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)?$/;
const MIB: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1_048_576 };

/**
 * What a replica of a workload asks for, as the list of workloads shows it: a sum over its devices. Up to one is taken
 * as a share of one device, more as equal parts of as few devices as can hold it. Undefined where it asks for no GPU.
 */
export function askOf({ podsRequestedResources: asked, requestedNodePools = [] }: Workload): Ask | undefined {
  const profile = asked?.migProfile?.[0];
  if (profile !== undefined) return { pools: requestedNodePools, gpu: { kind: 'mig', profile } };
  const sum = asked?.gpu?.request ?? 0;
  if (sum > 0) {
    const devices = Math.ceil(sum - EXACT);
    return { pools: requestedNodePools, gpu: { kind: 'share', devices, share: sum / devices } };
  }
  const [, amount, unit = ''] = QUANTITY.exec(asked?.gpuMemory?.request ?? '') ?? [];
  if (amount === undefined) return undefined;
  return {
    pools: requestedNodePools,
    gpu: { kind: 'memory', mib: Number(amount) * (MIB[unit] ?? 2 ** -20) },
  };
}

/**
 * The free share that no request can use. Free is what is not allocated of available devices on ready nodes; of a device
 * under MIG, its free instances. A request can use all that is free on a device if the node is in one of its pools, the
 * device has as much free as it asks of one, and the node has as many such devices as it asks for; of a device under
 * MIG, the free instances of its profile. Processors, memory, labels, taints and quotas are not considered, so this is
 * the least that is lost: whoever waits for one of those may be unable to use more.
 */
export function fragmentationOf(nodes: readonly Node[], asks: readonly Ask[]): Fragmentation {
  const distinct = [...new Map(asks.map((ask) => [JSON.stringify(ask), ask])).values()];
  let [free, unusable] = [0, 0];
  for (const node of nodes) {
    if (node.status !== 'Ready') continue;
    const here = distinct.filter(({ pools }) => pools.length === 0 || pools.includes(node.nodePool));
    const devices = node.gpus.filter(({ available }) => available);
    const fitting = here.filter(
      ({ gpu }) => countFitting(devices, gpu) >= (gpu.kind === 'share' ? gpu.devices : 1),
    );
    for (const device of devices) {
      const left = freeOf(device);
      free += left;
      unusable += left - usableOf(device, fitting);
    }
  }
  return { free, unusable };
}

const countFitting = (devices: readonly Gpu[], gpu: Ask['gpu']): number =>
  devices.filter((device) => fits(device, gpu)).length;

/** What is free of a device, in parts of it. */
const freeOf = ({ mig, allocatedGpu }: Gpu): number =>
  isCut(mig) ? partOf(mig.filter(({ used }) => !used)) : Math.max(0, 1 - allocatedGpu);

/** How much of what is free on a device the requests can use, which all fit on its node. */
function usableOf(device: Gpu, asks: readonly Ask[]): number {
  const { mig } = device;
  if (!isCut(mig)) return asks.some(({ gpu }) => fits(device, gpu)) ? freeOf(device) : 0;
  const profiles = new Set(asks.map(({ gpu }) => (gpu.kind === 'mig' ? gpu.profile : '')));
  return partOf(mig.filter(({ used, profile }) => !used && profiles.has(profile)));
}

/** Whether the device has the capacity that a request asks of one. */
function fits(device: Gpu, gpu: Ask['gpu']): boolean {
  const { mig, memoryMiB, allocatedMemoryMiB } = device;
  if (gpu.kind === 'mig') return mig?.some(({ used, profile }) => !used && profile === gpu.profile) === true;
  if (isCut(mig)) return false;
  if (gpu.kind === 'share') return freeOf(device) + EXACT >= gpu.share;
  return (memoryMiB ?? 0) - (allocatedMemoryMiB ?? 0) >= gpu.mib;
}

const isCut = (mig: Gpu['mig']): mig is NonNullable<Gpu['mig']> => mig !== undefined && mig.length > 0;
/** Instances as a part of their device. */
const partOf = (instances: NonNullable<Gpu['mig']>): number =>
  instances.reduce((sum, { profile }) => sum + Number(/^(\d+)g\./.exec(profile)?.[1] ?? 1), 0) / MIG_SLICES;
