import { z } from 'zod';
import { DateTime, Id } from '../primitives';

const memorySlices = z.int().optional().meta({
  description: 'Number of its memory slices; absent where the geometry of the GPU is not known.',
});

/** A share of a GPU that a pod has. */
const GpuHolder = z
  .object({
    workload: z
      .object({ id: Id, name: z.string(), projectId: z.string(), projectName: z.string() })
      .optional()
      .meta({
        description: 'Absent where the reader may not see it; then the share says no more than its size.',
      }),
    pod: z.string().optional(),
    replica: z.int().optional().meta({ description: 'Number of the replica among those of its workload.' }),
    milliGpu: z.int().meta({ description: 'Thousandths of the GPU.' }),
    memoryMiB: z.int().nullable().meta({ description: 'Null where the memory of the GPU is not known.' }),
    mig: z
      .object({ profile: z.string(), start: z.int(), size: memorySlices })
      .optional()
      .meta({ description: 'The MIG instance that the share is.' }),
    since: DateTime.optional(),
    utilisation: z.number().optional().meta({
      description:
        'Percent of the last minute in which the pod worked on its GPU, or on a shared one anybody did; with `utilisation=true`, where it is measured.',
    }),
  })
  .meta({ id: 'GpuHolder' });

/** A node with its GPUs, as its scheduler reports it. */
export const Node = z
  .object({
    id: z.string(),
    name: z.string(),
    clusterUuid: Id,
    nodePool: z.string(),
    nodeType: z.string().optional(),
    status: z.enum(['Ready', 'NotReady', 'Unschedulable']),
    conditions: z.array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string(),
        message: z.string(),
        lastTransitionTime: DateTime,
      }),
    ),
    taints: z.array(z.object({ key: z.string(), value: z.string().optional(), effect: z.string() })),
    gpuInfo: z.object({ gpuType: z.string(), gpuCount: z.int() }).nullable(),
    /** Addition of Tessera: every GPU with its allocated share. */
    gpus: z.array(
      z.object({
        index: z.int(),
        uuid: z
          .string()
          .optional()
          .meta({ description: 'UUID of the physical device, known while pods share it.' }),
        model: z.string(),
        memoryMiB: z
          .int()
          .nullable()
          .meta({ description: 'Null where no label of the node states the memory of its GPUs.' }),
        allocatedGpu: z.number(),
        allocatedMemoryMiB: z.int().nullable().meta({ description: 'Null where `memoryMiB` is.' }),
        available: z.boolean(),
        mig: z
          .array(z.object({ profile: z.string(), start: z.int(), size: memorySlices, used: z.boolean() }))
          .optional(),
        migSlices: z.int().optional().meta({
          description: 'Memory slices of the whole GPU, among which MIG instances have their places.',
        }),
        holders: z
          .array(GpuHolder)
          .optional()
          .meta({ description: 'Whose the shares are, oldest first; with `holders=true` alone.' }),
        reservation: z.object({ pod: z.string(), phase: z.string(), since: DateTime }).optional().meta({
          description: 'The pod that holds the GPU for those who share it; with `holders=true` alone.',
        }),
      }),
    ),
    cpuCores: z.number(),
    memoryMiB: z.int(),
    replicas: z.int(),
    createdAt: DateTime,
    updatedAt: DateTime,
  })
  .meta({ id: 'Node' });
