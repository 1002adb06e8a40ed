import {
  capacityMiB,
  capacityMilli,
  capacityPieces,
  requestMiB,
  requestMilli,
  requestPieces,
  type Quantity,
} from '@tessera/domain-workload';
import { amountsOf, NOTHING, podRequests, type Amounts } from './pod-requests';
import type { PodWire } from './wire';

/** Amount of each resource of a pod or node. Integers: milli-CPU, MiB, counts. */
export interface Usage {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/** Resources that are not counted by name: CPU and memory have fields of their own, GPUs are counted by device. */
const OTHER = /^(cpu|memory|pods|ephemeral-storage|hugepages-.*|nvidia\.com\/(gpu|mig-).*)$/;

/** Shared by all pods without extended resources. */
const NO_OTHERS: Usage['extended'] = Object.freeze({});

/** What kubelet counts of the pod; see {@link podRequests}. */
export const podUsage = ({ spec }: Pick<PodWire, 'spec'>): Usage => usage(podRequests(spec), 'up');

const ROUNDING = {
  up: { milli: requestMilli, miB: requestMiB, pieces: requestPieces },
  down: { milli: capacityMilli, miB: capacityMiB, pieces: capacityPieces },
} as const;

/** Reads a resource list; requests are rounded up, capacities down. */
export const usageOf = (resources: Readonly<Record<string, string>>, rounding: 'up' | 'down'): Usage =>
  usage(amountsOf(resources), rounding);

function usage(amounts: Amounts, rounding: 'up' | 'down'): Usage {
  const { milli, miB, pieces } = ROUNDING[rounding];
  const quantity = (name: string): Quantity => amounts.get(name) ?? NOTHING;
  let extended = NO_OTHERS;
  for (const [name, amount] of amounts)
    if (!OTHER.test(name)) extended = { ...extended, [name]: pieces(amount) };
  return { cpuMilli: milli(quantity('cpu')), memoryMiB: miB(quantity('memory')), extended };
}

/** Pieces of a resource that a pod requests from a device plugin: whole devices or MIG instances. */
export const devicesAsked = ({ spec }: PodWire, resource: string): number =>
  requestPieces(podRequests(spec).get(resource) ?? NOTHING);
