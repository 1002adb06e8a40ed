import {
  MAX_REPLICAS,
  type GpuIntent,
  type CompiledSpec,
  type ResourceIntent,
  type WorkloadIntent,
} from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { connectionsOf } from './connections';
import type { SpecJson, WorkloadSummary } from './model';

/** Priority class of an inference that names none (reference §6). */
const DEFAULT_PRIORITY = 'inference';

/** The list data of a spec; the intent is the compiled spec. */
export function summarise(
  spec: SpecJson,
  defaultNodePools: readonly string[],
  { intent }: Pick<CompiledSpec, 'intent'>,
): WorkloadSummary {
  const { scaling, placement } = intent;
  const pools = placement.nodePools.length > 0 ? placement.nodePools : defaultNodePools;
  return {
    images: [intent.container.image],
    requestedNodePools: pools,
    requestedPods: { number: scaling.initialReplicas, min: scaling.minReplicas, max: scaling.maxReplicas },
    priorityClassName: intent.priorityClass ?? DEFAULT_PRIORITY,
    preemptible: intent.preemptible ?? false,
    ...maybe('category', intent.category),
    connections: connectionsOf(spec),
    podRequest: requested(spec, intent, 1),
    workloadRequest: requested(spec, intent, scaling.initialReplicas),
  };
}

/** A request in the terms of the API: cores and devices as numbers, memory as quantities. */
function requested(spec: SpecJson, { resources }: WorkloadIntent, pods: number): SpecJson {
  const compute = (spec['compute'] ?? {}) as SpecJson;
  return {
    gpuRequestType: (compute['gpuRequestType'] as string | null | undefined) ?? null,
    ...gpuShares(resources.gpu, pods),
    cpu: { request: (resources.cpuMilli * pods) / 1000, limit: scaled(resources.cpuLimitMilli, pods / 1000) },
    cpuMemory: {
      request: quantity(resources.memoryMiB * pods),
      limit: resources.memoryLimitMiB === undefined ? null : quantity(resources.memoryLimitMiB * pods),
    },
    extendedResources: extended(resources, pods),
  };
}

const scaled = (value: number | undefined, factor: number): number | null =>
  value === undefined ? null : value * factor;
const quantity = (mib: number): string => `${mib}Mi`;

function gpuShares(gpu: GpuIntent, pods: number): SpecJson {
  switch (gpu.kind) {
    case 'none':
      return { gpu: null, gpuMemory: null, migProfile: null };
    case 'whole':
      return {
        gpu: { request: gpu.devices * pods, limit: gpu.devices * pods },
        gpuMemory: null,
        migProfile: null,
      };
    case 'portion': {
      const total = gpu.devices * pods;
      return {
        gpu: {
          request: (gpu.milliGpu * total) / 1000,
          limit: ((gpu.limitMilliGpu ?? gpu.milliGpu) * total) / 1000,
        },
        gpuMemory: null,
        migProfile: null,
      };
    }
    case 'memory': {
      const total = gpu.devices * pods;
      return {
        gpu: null,
        gpuMemory: {
          request: quantity(gpu.memoryMiB * total),
          limit: quantity((gpu.limitMemoryMiB ?? gpu.memoryMiB) * total),
        },
        migProfile: null,
      };
    }
    case 'mig':
      return { gpu: null, gpuMemory: null, migProfile: profiles(gpu.profile, pods) };
  }
}

/** One per pod, up to the maximum of a workload. */
const profiles = (profile: string, pods: number): readonly string[] =>
  Array.from({ length: Math.min(pods, MAX_REPLICAS) }, () => profile);

const extended = ({ extended: counts }: ResourceIntent, pods: number) =>
  Object.entries(counts).map(([resource, count]) => ({ resource, quantity: String(count * pods) }));
