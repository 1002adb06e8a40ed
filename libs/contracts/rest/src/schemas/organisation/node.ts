import { z } from 'zod';
import { DateTime, Id } from '../primitives';

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
          .meta({ description: 'Null where no label of the node tells the memory of its GPUs.' }),
        allocatedGpu: z.number(),
        allocatedMemoryMiB: z.int().nullable().meta({ description: 'Null where `memoryMiB` is.' }),
        available: z.boolean(),
        mig: z.array(z.object({ profile: z.string(), start: z.int(), used: z.boolean() })).optional(),
      }),
    ),
    cpuCores: z.number(),
    memoryMiB: z.int(),
    replicas: z.int(),
    createdAt: DateTime,
    updatedAt: DateTime,
  })
  .meta({ id: 'Node' });
