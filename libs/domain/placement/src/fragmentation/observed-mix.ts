import type { GpuRequest } from '../model/model';
import { PRIOR_MIX, type TaskMix, type TaskShape } from './task-mix';

/** An observed request: running or pending now (age 0), or placed or ended `ageMs` ago. */
export interface ObservedTask {
  readonly gpu: GpuRequest;
  readonly gpuModels: readonly string[];
  readonly cpuMilli: number;
  readonly ageMs: number;
}

export interface ObservedMixOptions {
  /** Age at which an observation counts half; default one day. */
  readonly halfLifeMs?: number;
  /** Mix assumed before there are observations. */
  readonly prior?: TaskMix;
  /** Number of observations that the prior counts as; default 20. */
  readonly priorWeight?: number;
  /** Most shapes in the mix; the most frequent ones are kept. */
  readonly maxTasks?: number;
}

/**
 * The task mix observed on a cluster: every observation counts 2^(−age/half-life), the shapes of the first 95 % of the
 * weight are kept (as Weng et al. do), and the prior dominates until there are enough observations. The order of the
 * observations does not matter.
 */
export function observedMix(observed: readonly ObservedTask[], options: ObservedMixOptions = {}): TaskMix {
  const { halfLifeMs = 86_400_000, prior = PRIOR_MIX, priorWeight = 20, maxTasks = 64 } = options;
  const byKey = new Map<string, TaskShape>();
  const add = (task: Omit<TaskShape, 'weight'>, weight: number): void => {
    const gpuModels = [...new Set(task.gpuModels)].sort();
    const key = JSON.stringify([task.gpu, gpuModels, task.cpuMilli]);
    const known = byKey.get(key)?.weight ?? 0;
    byKey.set(key, { gpu: task.gpu, gpuModels, cpuMilli: task.cpuMilli, weight: known + weight });
  };
  for (const task of [...observed].sort((a, b) => a.ageMs - b.ageMs))
    add(task, 2 ** (-task.ageMs / halfLifeMs));
  const priorTotal = prior.tasks.reduce((sum, { weight }) => sum + weight, 0);
  for (const task of prior.tasks) add(task, (priorWeight * task.weight) / Math.max(1e-9, priorTotal));
  const total = [...byKey.values()].reduce((sum, { weight }) => sum + weight, 0);
  const frequent = [...byKey.entries()].sort((a, b) => b[1].weight - a[1].weight || (a[0] < b[0] ? -1 : 1));
  const tasks: TaskShape[] = [];
  let covered = 0;
  for (const [, task] of frequent) {
    if (covered >= 0.95 * total || tasks.length >= maxTasks) break;
    covered += task.weight;
    tasks.push(task);
  }
  return { tasks };
}

/** Distance of two mixes, 0 (equal) to 1 (nothing in common): half the sum of differences of the weights. */
export function mixDistance(a: TaskMix, b: TaskMix): number {
  const share = ({ tasks }: TaskMix): Map<string, number> => {
    const total = tasks.reduce((sum, { weight }) => sum + weight, 0);
    return new Map(
      tasks.map((task) => [JSON.stringify([task.gpu, task.gpuModels, task.cpuMilli]), task.weight / total]),
    );
  };
  const [first, second] = [share(a), share(b)];
  let sum = 0;
  for (const key of new Set([...first.keys(), ...second.keys()]))
    sum += Math.abs((first.get(key) ?? 0) - (second.get(key) ?? 0));
  return sum / 2;
}
