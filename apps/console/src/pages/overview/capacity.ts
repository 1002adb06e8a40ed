import type { ApiNode as Node } from '../../api/read-nodes';

export type { Node };

/** GPUs of nodes, in devices; shares count by their part. */
export interface Capacity {
  readonly nodes: number;
  readonly readyNodes: number;
  readonly gpus: number;
  readonly readyGpus: number;
  readonly allocated: number;
  /** Devices of which nothing is allocated. */
  readonly free: number;
  /** Free parts of devices of which something is allocated: a request for a whole device cannot use them. */
  readonly fragments: number;
}

const EXACT = 1e-6;

/** Adds up what nodes report; devices that are not available count as neither ready nor free. */
export function capacityOf(nodes: readonly Node[]): Capacity {
  const ready = nodes.filter(({ status }) => status === 'Ready');
  const devices = ready.flatMap(({ gpus }) => gpus.filter(({ available }) => available));
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return {
    nodes: nodes.length,
    readyNodes: ready.length,
    gpus: total(nodes.map(({ gpus }) => gpus.length)),
    readyGpus: devices.length,
    allocated: total(nodes.flatMap(({ gpus }) => gpus.map(({ allocatedGpu }) => allocatedGpu))),
    free: devices.filter(({ allocatedGpu }) => allocatedGpu < EXACT).length,
    fragments: total(
      devices
        .filter(({ allocatedGpu }) => allocatedGpu >= EXACT)
        .map(({ allocatedGpu }) => Math.max(0, 1 - allocatedGpu)),
    ),
  };
}
