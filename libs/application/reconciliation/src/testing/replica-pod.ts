import { gpuAllocation } from '@tessera/testing-builders';
import type { ReplicaPod } from '../model/replica';

/** A replica that is starting on node-a, with half of its device 0. */
export const replicaPod = (change: Partial<ReplicaPod> = {}): ReplicaPod => {
  const nodeName = change.nodeName ?? 'node-a';
  return {
    uid: '00000000-0000-4000-8000-000000000001',
    name: 'workload-1-0',
    namespace: 'runai-project-1',
    workloadId: '00000000-0000-4000-9000-000000000001',
    projectId: '1',
    departmentId: '2',
    ordinal: 0,
    generation: 1,
    phase: 'Pending',
    ready: false,
    terminating: false,
    nodeName,
    image: 'model',
    createdAt: '2026-01-01T00:00:00.000Z',
    changedAt: '2026-01-01T00:00:00.000Z',
    allocation: gpuAllocation({ node: nodeName }),
    cpuMilli: 0,
    memoryMiB: 0,
    extended: {},
    ...change,
  };
};
