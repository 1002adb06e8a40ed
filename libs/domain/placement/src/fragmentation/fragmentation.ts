import type { TaskMix, TaskShape } from './task-mix';
import { residualWorth } from './residual-worth';
import type { GpuVector, VectorTable } from '../model/gpu-vector';
import { devicesAsked, milliOn } from '../model/shape';

/**
 * Fragmentation of a node for a mix of tasks (Weng et al., "Beware of Fragmentation", USENIX ATC 2023, §3):
 * the share of free GPU that a task drawn from the mix cannot use. A task that does not fit, or asks for no GPU,
 * can use nothing of it; one that fits cannot use the devices that have less free than it asks per device.
 * Memory of the node plays no part. MIG tasks are left out: they live on other devices.
 */
export class FragmentationMeasure {
  private readonly tasks: readonly CompiledTask[];
  private readonly groups: readonly TaskGroup[];
  /** CPU requests of the GPU tasks, ascending: between two of them the value does not change. */
  private readonly thresholds: readonly number[];
  /** Per class and task, the share asked per device; over 1000 where the class cannot serve the task. */
  private readonly askedByClass: Int32Array[] = [];
  private readonly worthByClass: Float64Array[] = [];

  /** `id` distinguishes measures over one table. */
  constructor(
    readonly id: number,
    mix: TaskMix,
    private readonly vectors: VectorTable,
  ) {
    this.tasks = compile(mix);
    const gpuTasks = this.tasks.filter(({ devices }) => devices > 0);
    this.thresholds = [...new Set(gpuTasks.map(({ cpuMilli }) => cpuMilli))].sort((a, b) => a - b);
    this.groups = this.taskGroups();
  }

  /** Expected fragmentation of the devices with this much free CPU, in devices (not thousandths). */
  valueOf(vector: GpuVector, freeCpuMilli: number): number {
    return this.of(vector).byLevel[this.levelOf(freeCpuMilli)] as number;
  }

  /** What the free shares are worth to the fractional tasks of the mix, in devices. See {@link residualWorth}. */
  worthOf(vector: GpuVector): number {
    return this.of(vector).worth;
  }

  /** The same for one device of a class with this free share. */
  deviceWorth(classId: number, freeMilli: number): number {
    return (this.worthByClass[classId] ??= this.worths(classId))[freeMilli] as number;
  }

  private of(vector: GpuVector): NonNullable<GpuVector['frag']> {
    const known = vector.frag;
    if (known !== undefined && known.measure === this.id) return known;
    let worth = 0;
    const { classIds, free } = vector;
    for (let at = 0; at < free.length; at++)
      worth += this.deviceWorth(classIds[at] as number, free[at] as number);
    vector.frag = { measure: this.id, byLevel: this.levels(vector), worth };
    return vector.frag;
  }

  private worths(classId: number): Float64Array {
    const demand = new Map<number, number>();
    this.tasks.forEach((task, index) => {
      if (task.devices !== 1) return;
      const size = this.asked(classId, index);
      demand.set(size, (demand.get(size) ?? 0) + task.weight);
    });
    return residualWorth(demand);
  }

  /** Number of distinct CPU requests of the mix that this much free CPU satisfies. */
  levelOf(freeCpuMilli: number): number {
    const { thresholds } = this;
    let low = 0;
    let high = thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((thresholds[middle] as number) <= freeCpuMilli) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Fragmentation at each CPU level: everything at the lowest; each task that starts to fit subtracts what it can use.
   */
  private levels(vector: GpuVector): Float64Array {
    const saved = new Float64Array(this.thresholds.length + 1);
    for (const { task, index, weights } of this.groups) {
      const usable = this.usable(vector, task, index);
      if (usable === 0) continue;
      for (const { level, weight } of weights) saved[level] = (saved[level] as number) + weight * usable;
    }
    let value = vector.totalMilli;
    for (let level = 0; level < saved.length; level++) {
      value -= saved[level] as number;
      saved[level] = value / 1000;
    }
    return saved;
  }

  /** Tasks with the same GPU request, with their weights by the CPU level from which they fit. */
  private taskGroups(): readonly TaskGroup[] {
    const byGpu = new Map<string, { task: CompiledTask; index: number; weights: Map<number, number> }>();
    this.tasks.forEach((task, index) => {
      if (task.devices === 0) return;
      const key = JSON.stringify([task.gpu, [...task.gpuModels].sort()]);
      const group = byGpu.get(key) ?? { task, index, weights: new Map<number, number>() };
      const level = this.levelOf(task.cpuMilli);
      group.weights.set(level, (group.weights.get(level) ?? 0) + task.weight);
      byGpu.set(key, group);
    });
    return [...byGpu.values()].map(({ task, index, weights }) => ({
      task,
      index,
      weights: [...weights].map(([level, weight]) => ({ level, weight })),
    }));
  }

  /** Free share on the devices that the task could use, thousandths; 0 where it does not fit. */
  private usable(vector: GpuVector, task: CompiledTask, index: number): number {
    let count = 0;
    let milli = 0;
    const { classIds, free } = vector;
    for (let at = 0; at < free.length; at++) {
      const left = free[at] as number;
      if (left < this.asked(classIds[at] as number, index)) continue;
      count++;
      milli += left;
    }
    return count >= task.devices ? milli : 0;
  }

  private asked(classId: number, index: number): number {
    return (this.askedByClass[classId] ??= this.compileClass(classId))[index] as number;
  }

  private compileClass(classId: number): Int32Array {
    const device = this.vectors.classes[classId];
    return Int32Array.from(this.tasks, (task) => {
      if (device === undefined) return 1001;
      const allowed = task.gpuModels.length === 0 || task.gpuModels.includes(device.model);
      return allowed ? milliOn(task, device) : 1001;
    });
  }
}

interface TaskGroup {
  readonly task: CompiledTask;
  /** Position of the task among all. */
  readonly index: number;
  readonly weights: readonly { readonly level: number; readonly weight: number }[];
}

interface CompiledTask extends TaskShape {
  readonly devices: number;
  readonly milliGpu: number;
}

function compile({ tasks }: TaskMix): readonly CompiledTask[] {
  const counted = tasks.filter(({ gpu, weight }) => gpu.kind !== 'mig' && weight > 0);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  return counted.map((task) => ({
    ...task,
    weight: task.weight / total,
    devices: devicesAsked(task.gpu),
    milliGpu: task.gpu.kind === 'whole' ? 1000 : task.gpu.kind === 'portion' ? task.gpu.milliGpu : 0,
  }));
}
