import type { ApplyCommand } from '@tessera/contracts-events';
import { workloadRef } from './workload-ref';

/** Workloads are created one second after another, in the order of their numbers. */
const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');

/** The command for workload `number` whose replicas ask for `portion` of one GPU each. */
export const applyCommand = (number: number, portion: number, generation = 1): ApplyCommand => ({
  ...workloadRef(number),
  generation,
  createdBy: 'someone',
  createdAt: new Date(FIRST_MS + number * 1000).toISOString(),
  defaultNodePools: [],
  spec: {
    image: 'model',
    compute: { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: portion },
  },
});
