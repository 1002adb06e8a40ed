import type { ApiNode } from '../../api/read-nodes';
import { mapNode, type Holder, type MapNode } from './shares';

type ApiGpu = ApiNode['gpus'][number];

/** A GPU as the API reports it. */
export const gpu = (index: number, change: Partial<ApiGpu> = {}): ApiGpu => ({
  index,
  model: 'NVIDIA-A100-SXM4-40GB',
  memoryMiB: 40_960,
  allocatedGpu: 0,
  allocatedMemoryMiB: 0,
  available: true,
  ...change,
});

/** A share of a workload of that name, in a project of that id. */
export const holder = (name: string, projectId: string, change: Partial<Holder> = {}): Holder => ({
  workload: { id: `id-of-${name}`, name, projectId, projectName: `project-${projectId}` },
  pod: `${name}-0`,
  replica: 0,
  milliGpu: 500,
  memoryMiB: 20_480,
  since: '2026-01-01T00:00:00Z',
  ...change,
});

/** A node of the map. */
export const node = (name: string, gpus: readonly ApiGpu[], pool = 'default'): MapNode =>
  mapNode({ name, nodePool: pool, status: 'Ready', gpus: [...gpus] } as unknown as ApiNode);
