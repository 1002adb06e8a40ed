import { z } from 'zod';
import { DateTime, Id } from '../primitives';
import { KeyLimits } from './keys';

/** What all requests to a workload, or to all workloads of a project, may ask for together. */
export const ServingLimitsOf = z
  .object({
    scope: z.enum(['project', 'workload']),
    projectId: z.string(),
    projectName: z.string(),
    workloadId: Id.optional().meta({ description: 'Of a workload.' }),
    workloadName: z.string().optional(),
    limits: KeyLimits,
    updatedAt: DateTime,
    updatedBy: z.string(),
  })
  .meta({ id: 'ServingLimitsOf' });

export const ServingLimitsRequest = z
  .object({ limits: KeyLimits.meta({ description: 'Replaces all limits.' }) })
  .meta({ id: 'ServingLimitsRequest' });
