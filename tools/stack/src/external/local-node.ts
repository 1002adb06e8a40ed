import { createHash } from 'node:crypto';
import { NODE_LABELS } from '@tessera/contracts-kubernetes';
import type { FakeDevice } from '@tessera/dev-services/node';

/** A GPU as its maker describes it. */
export interface FakeModel {
  readonly product: string;
  readonly memoryMiB: number;
}

export const L40S: FakeModel = { product: 'NVIDIA-L40S', memoryMiB: 46_068 };

/** The labels of a node with so many GPUs of a model: those of the GPU feature discovery, and its node pool. */
export function nodeLabels(
  { product, memoryMiB }: FakeModel,
  count: number,
  pool = 'default',
): Record<string, string> {
  return {
    'nvidia.com/gpu.present': 'true',
    'nvidia.com/mig.capable': 'false',
    [NODE_LABELS.gpuProduct]: product,
    [NODE_LABELS.gpuMemory]: String(memoryMiB),
    [NODE_LABELS.gpuCount]: String(count),
    [NODE_LABELS.nodePool]: pool,
  };
}

/** Healthy devices with UUIDs that follow from the seed alone; another boot with other UUIDs is another seed. */
export function fakeDevices(seed: string, count: number): readonly FakeDevice[] {
  return Array.from({ length: count }, (_, index) => {
    const hex = createHash('sha1').update(`${seed}/${index}`).digest('hex');
    const parts = [
      [0, 8],
      [8, 12],
      [12, 16],
      [16, 20],
      [20, 32],
    ].map(([from, to]) => hex.slice(from, to));
    return { uuid: `GPU-${parts.join('-')}`, healthy: true };
  });
}
