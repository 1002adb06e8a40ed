import type { GpuRequest } from '../model/model';

/** A kind of request and its share of the demand. Weights need not sum to one. */
export interface TaskShape {
  readonly gpu: GpuRequest;
  readonly gpuModels: readonly string[];
  readonly cpuMilli: number;
  readonly weight: number;
}

/** Expected demand of the cluster, against which fragmentation is measured. Immutable; compared by identity. */
export interface TaskMix {
  readonly tasks: readonly TaskShape[];
}

const portion = (milliGpu: number): GpuRequest => ({ kind: 'portion', devices: 1, milliGpu });
const whole = (devices: number): GpuRequest => ({ kind: 'whole', devices });
const task = (gpu: GpuRequest, cpuMilli: number, weight: number): TaskShape => ({
  gpu,
  gpuModels: [],
  cpuMilli,
  weight,
});

/**
 * The mix assumed before there are observations, in counts per thousand: the proportions of the Alibaba 2023
 * GPU-sharing trace (13 % without GPU, 38 % fractions, 48 % one device, 1 % more) with round shares.
 */
export const PRIOR_MIX: TaskMix = {
  tasks: [
    task({ kind: 'none' }, 8000, 133),
    task(portion(100), 2000, 40),
    task(portion(250), 4000, 80),
    task(portion(330), 4000, 60),
    task(portion(500), 6000, 130),
    task(portion(800), 8000, 68),
    task(whole(1), 8000, 480),
    task(whole(2), 16000, 3),
    task(whole(4), 32000, 2),
    task(whole(8), 64000, 4),
  ],
};
