import { maybe } from '@tessera/kernel';
import type { GpuIntent, ResourceIntent } from '../intent';
import {
  parseQuantity,
  quantityOfNumber,
  requestMiB,
  requestMilli,
  requestPieces,
  type Quantity,
} from '../quantity';
import { GPU_RESOURCE, isGpuResource } from '../rules/gpu-names';
import type { Compute, Given, InferenceSpec } from '../spec';
import { given, ignoreGiven, type Ignore } from './ignored-fields';

/** Defaults of a container without CPU or memory request, as in the reference product's form: 0.1 core and 100 MB. */
const DEFAULT_CPU_MILLI = 100;
const DEFAULT_MEMORY_MIB = 96;

const PORTION = ['gpuPortionRequest', 'gpuPortionLimit'];
const MEMORY = ['gpuMemoryRequest', 'gpuMemoryLimit'];
const MIG = ['migProfile'];

/** Compute of one replica. `gpuRequestType` decides which GPU fields count. */
export function resourceIntent(spec: InferenceSpec, ignore: Ignore): ResourceIntent {
  const compute = spec.compute ?? {};
  const cpuLimit = milli(quantityOf(compute.cpuCoreLimit));
  const memoryLimit = mib(quantityOf(compute.cpuMemoryLimit));
  const cpu = milli(quantityOf(compute.cpuCoreRequest));
  const memory = mib(quantityOf(compute.cpuMemoryRequest));
  return {
    gpu: gpuIntent(compute, ignore),
    cpuMilli: cpu ?? Math.min(DEFAULT_CPU_MILLI, cpuLimit ?? DEFAULT_CPU_MILLI),
    ...maybe('cpuLimitMilli', cpuLimit),
    memoryMiB: memory ?? Math.min(DEFAULT_MEMORY_MIB, memoryLimit ?? DEFAULT_MEMORY_MIB),
    ...maybe('memoryLimitMiB', memoryLimit),
    largeShm: compute.largeShmRequest === true,
    extended: extendedResources(compute, ignore),
  };
}

function quantityOf(value: Given<string | number>): Quantity | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'number' ? quantityOfNumber(value) : parseQuantity(value);
}

const milli = (quantity: Quantity | undefined) => quantity && requestMilli(quantity);
const mib = (quantity: Quantity | undefined) => quantity && requestMiB(quantity);

function extendedResources(compute: Compute, ignore: Ignore): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { item, at } of given(compute.extendedResources, 'spec.compute.extendedResources')) {
    if (isGpuResource(item.resource ?? '')) {
      ignore(at, GPU_RESOURCE, 'refused');
      continue;
    }
    const quantity = quantityOf(item.quantity);
    if (item.resource && quantity !== undefined) counts[item.resource] = requestPieces(quantity);
  }
  return counts;
}

/**
 * The GPU request: N devices without a type are N whole devices, a portion of 1 is a whole device, and a whole number
 * above 1 is a device count, as old clients send it. No GPU field means a CPU workload.
 */
export function gpuIntent(compute: Compute, ignore: Ignore): GpuIntent {
  const type = compute.gpuRequestType ?? undefined;
  const devices = compute.gpuDevicesRequest ?? (type === undefined ? 0 : 1);
  const path = 'spec.compute';
  if (devices === 0) {
    ignoreGiven(compute, [...PORTION, ...MEMORY, ...MIG], path, 'no GPU device is requested', ignore);
    return { kind: 'none' };
  }
  const ignored = {
    portion: [...MEMORY, ...MIG],
    memory: [...PORTION, ...MIG],
    migProfile: [...PORTION, ...MEMORY],
  };
  const unused = type === undefined ? [...PORTION, ...MEMORY, ...MIG] : ignored[type];
  const reason = type === undefined ? 'gpuRequestType is not given' : `gpuRequestType is ${type}`;
  ignoreGiven(compute, unused, path, reason, ignore);
  if (type === 'portion') return portionIntent(compute, devices);
  if (type === 'memory') {
    const memoryMiB = mib(quantityOf(compute.gpuMemoryRequest)) ?? 0;
    return {
      kind: 'memory',
      devices,
      memoryMiB,
      ...maybe('limitMemoryMiB', mib(quantityOf(compute.gpuMemoryLimit))),
    };
  }
  if (type === 'migProfile') return { kind: 'mig', profile: compute.migProfile ?? '' };
  return { kind: 'whole', devices };
}

function portionIntent(compute: Compute, devices: number): GpuIntent {
  const milliGpu = milli(quantityOf(compute.gpuPortionRequest)) ?? 0;
  if (milliGpu > 1000) return { kind: 'whole', devices: Math.max(devices, milliGpu / 1000) };
  if (milliGpu === 1000) return { kind: 'whole', devices };
  return {
    kind: 'portion',
    devices,
    milliGpu,
    ...maybe('limitMilliGpu', milli(quantityOf(compute.gpuPortionLimit))),
  };
}

/** True for a spec whose replicas share devices with others. */
export function sharesDevices(spec: InferenceSpec): boolean {
  const { kind } = gpuIntent(spec.compute ?? {}, () => undefined);
  return kind === 'portion' || kind === 'memory';
}
