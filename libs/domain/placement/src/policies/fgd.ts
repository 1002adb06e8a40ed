import type { Policy, PolicyContext } from './policy';
import { classOf } from '../model/gpu-vector';
import type { NodeState } from '../model/node-state';
import { milliOn, type Shape } from '../model/shape';
import type { Take } from '../model/takes';

/**
 * Fragmentation gradient descent (Weng et al., USENIX ATC 2023, §4): place where the expected fragmentation
 * grows least. Δ = F(before) − F(after), in devices; score = trunc(100 · σ(Δ)). The truncation matters: nodes
 * that are nearly equal must tie, so that they are filled one after the other. Among devices of one score the
 * first is taken.
 */
export const fgdPublished: Policy = {
  name: 'fgd-published',
  score: (node, shape, takes, context) =>
    steps(highest(node, shape, takes, context, fragmentationSaved), 100),
  choose: (node, shape, takes, context) => {
    if (takes.length === 1) return 0;
    const scores = takes.map((take) => steps(fragmentationSaved(node, shape, take, context), 100));
    const most = Math.max(...scores);
    const tied = takes.map((_, index) => index).filter((index) => scores[index] === most);
    return tied.sort((a, b) => firstSlot(node, takes[a]) - firstSlot(node, takes[b]))[0] ?? 0;
  },
};

/** Weight of a device's lost worth against fragmentation; chosen by experiment between 1 and 16, flat from 4 on. */
const WORTH_WEIGHT = 8;

/**
 * Our variant: the same gradient, minus the worth that the placement wastes on the devices it shares. A placement that
 * leaves a share the mix can use wastes nothing; 0.81 where no task fits the remaining 0.19 wastes the same everywhere;
 * 0.47 beside 0.32 wastes the device that two tasks of 0.47 would have filled. Requests for one whole device are scored
 * in 25 steps instead of 100: they are most of the demand, and finer steps scatter them over nodes that differ only in
 * CPU, which then lack CPU for their last devices.
 */
export const fgd: Policy = {
  name: 'fgd',
  score: (node, shape, takes, context) =>
    steps(
      highest(node, shape, takes, context, unspoiled),
      shape.gpu.kind === 'whole' && shape.devices === 1 ? 25 : 100,
    ),
  stateOf: cpuLevels,
  choose: (node, shape, takes, context) => {
    let chosen = 0;
    let most = -Infinity;
    for (let index = 0; index < takes.length; index++) {
      const value = unspoiled(node, shape, takes[index] as Take, context);
      if (value <= most + 1e-9) continue;
      most = value;
      chosen = index;
    }
    return chosen;
  },
};

type Gradient = (node: NodeState, shape: Shape, taken: Take, context: PolicyContext) => number;

/** Free CPU as the number of tasks that it admits, before and after the placement. */
function cpuLevels(node: NodeState, shape: Shape, { measure }: PolicyContext): number {
  const before = measure.levelOf(node.freeCpuMilli);
  return before > 63 ? -1 : before * 64 + measure.levelOf(node.freeCpuMilli - shape.cpuMilli);
}

/** Value of the logistic curve in `count` steps, truncated. */
const steps = (gradient: number, count: number): number => Math.trunc(count / (1 + Math.exp(-gradient)));

function highest(
  node: NodeState,
  shape: Shape,
  takes: readonly Take[],
  context: PolicyContext,
  gradient: Gradient,
): number {
  let most = -Infinity;
  for (const taken of takes) {
    const value = gradient(node, shape, taken, context);
    if (value > most) most = value;
  }
  return most;
}

const fragmentationSaved: Gradient = (node, shape, taken, { measure }) =>
  measure.valueOf(node.vector, node.freeCpuMilli) -
  measure.valueOf(taken.after, node.freeCpuMilli - shape.cpuMilli);

/** Lost worth, minus what the same request would take of idle devices: 0 for an ideal placement. */
const unspoiled: Gradient = (node, shape, taken, context) => {
  const { measure, vectors } = context;
  let lost = measure.worthOf(node.vector) - measure.worthOf(taken.after);
  for (const code of taken.codes) {
    const device = vectors.classes[classOf(code)];
    if (device === undefined) continue;
    lost -= 1 - measure.deviceWorth(device.id, 1000 - Math.min(1000, milliOn(shape, device)));
  }
  return fragmentationSaved(node, shape, taken, context) - WORTH_WEIGHT * lost;
};

function firstSlot(node: NodeState, taken: Take | undefined): number {
  const code = taken?.codes[0];
  return node.devices.find((device) => device.code === code)?.slot ?? 0;
}
