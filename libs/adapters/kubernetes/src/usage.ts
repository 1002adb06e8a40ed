import { quantityToCount, quantityToMiB, quantityToMilli } from '@tessera/domain-workload';
import type { PodWire } from './wire';

/** What a pod or node has of each resource. Integers: milli-CPU, MiB, counts. */
export interface Usage {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/** Resources that are not counted by name: CPU and memory have fields of their own, GPUs are counted by device. */
const OTHER = /^(cpu|memory|pods|ephemeral-storage|hugepages-.*|nvidia\.com\/.*)$/;

/** Requests of all containers; a limit without a request counts as the request, as the API server defaults it. */
export function podUsage(pod: PodWire): Usage {
  const total = { cpuMilli: 0, memoryMiB: 0, extended: {} as Record<string, number> };
  for (const { resources } of pod.spec.containers) {
    const usage = usageOf({ ...resources?.limits, ...resources?.requests }, 'up');
    total.cpuMilli += usage.cpuMilli;
    total.memoryMiB += usage.memoryMiB;
    for (const [name, count] of Object.entries(usage.extended))
      total.extended[name] = (total.extended[name] ?? 0) + count;
  }
  return total;
}

/** Reads a resource list; requests are rounded up, capacities down. */
export function usageOf(resources: Readonly<Record<string, string>>, rounding: 'up' | 'down'): Usage {
  const extended: Record<string, number> = {};
  for (const [name, quantity] of Object.entries(resources))
    if (!OTHER.test(name)) extended[name] = quantityToCount(quantity, rounding);
  return {
    cpuMilli: quantityToMilli(resources['cpu'] ?? '0', rounding),
    memoryMiB: quantityToMiB(resources['memory'] ?? '0', rounding),
    extended,
  };
}

/** Whole devices that a pod asks of the device plugin. */
export function wholeDevices(pod: PodWire, resource: string): number {
  return pod.spec.containers.reduce(
    (sum, { resources }) => sum + Number(resources?.limits?.[resource] ?? 0),
    0,
  );
}
