import { z } from 'zod';
import { DateTime, Id } from '../primitives';

export const IdleWorkloads = z
  .object({
    next: z.int().optional().meta({ description: 'Offset of the next page.', example: 50 }),
    workloads: z.array(
      z
        .object({
          workloadId: Id,
          name: z.string().meta({ example: 'chat' }),
          projectId: z.string().meta({ example: '1' }),
          projectName: z.string().meta({ example: 'project-1' }),
          departmentId: z.string().meta({ example: '2' }),
          allocatedGpus: z.number().meta({ description: 'GPUs that it holds now.', example: 0.5 }),
          idleSince: DateTime,
          idleGpuHours: z.number().meta({ description: 'GPU-hours held since then.', example: 108 }),
          cost: z.number().optional().meta({
            description: 'Of these, by the price table; absent without one.',
            example: 270,
          }),
          message: z
            .string()
            .meta({ example: 'Workload chat holds 0.5 GPU and has had no work for 9 days.' }),
        })
        .meta({ id: 'IdleWorkload' }),
    ),
    currency: z.string().optional().meta({ description: 'Of the costs.', example: 'EUR' }),
  })
  .meta({ id: 'IdleWorkloads' });
