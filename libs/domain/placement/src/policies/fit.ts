import { tightest, type Policy } from './policy';
import type { NodeState } from '../model/node-state';
import type { Shape } from '../model/shape';

/** Total share requested, thousandths, as the published baselines count it. */
const asked = (node: NodeState, shape: Shape): number =>
  shape.gpu.kind === 'memory' ? 0 : shape.devices * shape.milliGpu * (node.vector.codes.length > 0 ? 1 : 0);

/**
 * Least free capacity left: 100 · (1 − ½·cpu left/largest − ½·GPU left/largest), truncated; the weights of the
 * published simulator, with the largest node of the cluster in place of its constants.
 */
export const bestFit: Policy = {
  name: 'best-fit',
  score: (node, shape, _takes, { largest }) =>
    Math.trunc(100 * (1 - left(node, shape, largest.cpuMilli, largest.milliGpu))),
  choose: tightest,
};

/** The opposite of best fit: most free capacity left, emptiest device. */
export const spread: Policy = {
  name: 'spread',
  score: (node, shape, _takes, { largest }) =>
    Math.trunc(100 * left(node, shape, largest.cpuMilli, largest.milliGpu)),
  choose: (_node, _shape, takes) => takes.length - 1,
};

function left(node: NodeState, shape: Shape, cpu: number, gpu: number): number {
  const cpuLeft = (node.freeCpuMilli - shape.cpuMilli) / Math.max(1, cpu);
  const gpuLeft = (node.vector.totalMilli - asked(node, shape)) / Math.max(1, gpu);
  return cpuLeft / 2 + gpuLeft / 2;
}

/** Smallest product of free and requested capacity (Grandl et al., SIGCOMM 2014, reversed for packing). */
export const dotProduct: Policy = {
  name: 'dot-product',
  score: (node, shape, _takes, { largest }) => {
    const cpu = (node.freeCpuMilli * shape.cpuMilli) / Math.max(1, largest.cpuMilli) ** 2;
    const gpu = (node.vector.totalMilli * asked(node, shape)) / Math.max(1, largest.milliGpu) ** 2;
    return Math.trunc(100 * (1 - (cpu + gpu) / 2));
  },
  choose: tightest,
};
