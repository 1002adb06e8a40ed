import type { Policy, PolicyContext } from './policy';
import { codeOf } from '../gpu-vector';
import { freeShare, type NodeState } from '../node-state';
import type { Shape } from '../shape';
import type { Take } from '../takes';

/**
 * Fragmentation gradient descent (Weng et al., USENIX ATC 2023, §4): place where the expected fragmentation
 * grows least. Δ = F(before) − F(after), in devices; score = trunc(100 · σ(Δ)). The truncation matters: nodes
 * that are nearly equal must tie, so that they are filled one after the other. Among devices of one score the
 * first is taken.
 */
export const fgdPublished: Policy = {
  name: 'fgd-published',
  score: (node, shape, takes, context) => truncated(highestGradient(node, shape, takes, context)),
  choose: (node, shape, takes, context) => {
    if (takes.length === 1) return 0;
    const scores = takes.map((take) => truncated(gradient(node, shape, take, context)));
    const highest = Math.max(...scores);
    const tied = takes.map((_, index) => index).filter((index) => scores[index] === highest);
    return tied.sort((a, b) => firstSlot(node, takes[a]) - firstSlot(node, takes[b]))[0] ?? 0;
  },
};

/** Ours: the same gradient; among devices the best one before truncation, the tightest among equals. */
export const fgd: Policy = {
  name: 'fgd',
  score: fgdPublished.score,
  choose: (node, shape, takes, context) => {
    let chosen = 0;
    let highest = -Infinity;
    for (let index = 0; index < takes.length; index++) {
      const value = gradient(node, shape, takes[index] as Take, context);
      if (value <= highest + 1e-9) continue;
      highest = value;
      chosen = index;
    }
    return chosen;
  },
};

const truncated = (gradient: number): number => Math.trunc(100 / (1 + Math.exp(-gradient)));

function highestGradient(
  node: NodeState,
  shape: Shape,
  takes: readonly Take[],
  { measure }: PolicyContext,
): number {
  const freeCpuMilli = node.freeCpuMilli - shape.cpuMilli;
  let least = Infinity;
  for (const { after } of takes) {
    const value = measure.valueOf(after, freeCpuMilli);
    if (value < least) least = value;
  }
  return measure.valueOf(node.vector, node.freeCpuMilli) - least;
}

function gradient(node: NodeState, shape: Shape, taken: Take, { measure }: PolicyContext): number {
  const before = measure.valueOf(node.vector, node.freeCpuMilli);
  return before - measure.valueOf(taken.after, node.freeCpuMilli - shape.cpuMilli);
}

function firstSlot(node: NodeState, taken: Take | undefined): number {
  const code = taken?.codes[0];
  return node.devices.find((device) => codeOf(device.class.id, freeShare(device)) === code)?.slot ?? 0;
}
