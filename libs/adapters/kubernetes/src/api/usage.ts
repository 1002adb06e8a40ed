import {
  capacityMiB,
  capacityMilli,
  capacityPieces,
  parseQuantity,
  requestMiB,
  requestMilli,
  requestPieces,
  type Quantity,
} from '@tessera/domain-workload';
import type { PodWire } from './wire';

/** Amount of each resource of a pod or node. Integers: milli-CPU, MiB, counts. */
export interface Usage {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/** Resources that are not counted by name: CPU and memory have fields of their own, GPUs are counted by device. */
const OTHER = /^(cpu|memory|pods|ephemeral-storage|hugepages-.*|nvidia\.com\/.*)$/;

/** Shared by all pods without extended resources. */
const NO_OTHERS: Usage['extended'] = Object.freeze({});

/** Requests of all containers; a limit without a request counts as the request, as the API server defaults it. */
export function podUsage(pod: PodWire): Usage {
  let cpuMilli = 0;
  let memoryMiB = 0;
  let extended = NO_OTHERS;
  for (const { resources } of pod.spec.containers) {
    const usage = usageOf({ ...resources?.limits, ...resources?.requests }, 'up');
    cpuMilli += usage.cpuMilli;
    memoryMiB += usage.memoryMiB;
    for (const [name, count] of Object.entries(usage.extended))
      extended = { ...extended, [name]: (extended[name] ?? 0) + count };
  }
  return { cpuMilli, memoryMiB, extended };
}

const ROUNDING = {
  up: { milli: requestMilli, miB: requestMiB, pieces: requestPieces },
  down: { milli: capacityMilli, miB: capacityMiB, pieces: capacityPieces },
} as const;

const NOTHING: Quantity = { numerator: 0n, denominator: 1n };

/** Reads a resource list; requests are rounded up, capacities down. */
export function usageOf(resources: Readonly<Record<string, string>>, rounding: 'up' | 'down'): Usage {
  const { milli, miB, pieces } = ROUNDING[rounding];
  const quantity = (name: string): Quantity => parseQuantity(resources[name] ?? '0') ?? NOTHING;
  const extended: Record<string, number> = {};
  for (const name of Object.keys(resources)) if (!OTHER.test(name)) extended[name] = pieces(quantity(name));
  return { cpuMilli: milli(quantity('cpu')), memoryMiB: miB(quantity('memory')), extended };
}

/** Whole devices that a pod requests from the device plugin. */
export function wholeDevices(pod: PodWire, resource: string): number {
  return pod.spec.containers.reduce(
    (sum, { resources }) =>
      sum + requestPieces(parseQuantity(resources?.limits?.[resource] ?? '0') ?? NOTHING),
    0,
  );
}
