import { z } from 'zod';
import { DateTime } from '../primitives';

/** What usage can be grouped by. */
export const USAGE_GROUP_BY = [
  'workload',
  'project',
  'department',
  'cluster',
  'nodePool',
  'gpuType',
  'migProfile',
  'key',
  'model',
  'day',
  'hour',
] as const;
export type UsageGroup = (typeof USAGE_GROUP_BY)[number];

const gpuHours = z.number().min(0).meta({ example: 12.5 });

const amount = (description: string) => z.number().min(0).meta({ description, example: 0 });

const UsageGroupValue = z
  .object({
    key: z.enum(USAGE_GROUP_BY),
    value: z.string().optional().meta({
      description: 'Id or name; of a day or an hour its start. Absent where nothing is known.',
      example: '1',
    }),
    name: z.string().optional().meta({ example: 'project-1' }),
  })
  .meta({ id: 'UsageGroupValue' });

export const UsageRow = z
  .object({
    groups: z.array(UsageGroupValue),
    allocatedGpuHours: gpuHours.meta({
      description:
        'GPU-hours held: a share by its portion, a MIG instance by its compute slices, a whole device as 1.',
    }),
    measuredGpuHours: gpuHours.meta({
      description: 'Of the allocated ones, those of hours with a measured utilisation.',
    }),
    usedGpuHours: gpuHours.optional().meta({
      description: 'The measured ones, weighted by utilisation. Absent where none was measured.',
    }),
    idleGpuHours: gpuHours.optional().meta({
      description:
        'In hours without requests and with a utilisation below the limit. Absent if neither is known.',
    }),
    requests: amount('Requests that gateways reported.'),
    inputTokens: amount('Tokens of prompts, cached ones among them.'),
    cachedTokens: amount('Of these, tokens that a prefix cache served.'),
    outputTokens: amount('Generated tokens.'),
    cost: z.number().optional().meta({
      description: 'By the price table of the platform; absent without one.',
      example: 31.25,
    }),
  })
  .meta({ id: 'UsageRow' });

export const UsageReport = z
  .object({
    start: DateTime.meta({ description: 'Start of the first hour that is counted.' }),
    end: DateTime.meta({
      description: 'End of the last hour that is counted; the present, if that is earlier.',
    }),
    currency: z.string().optional().meta({ description: 'Of the costs.', example: 'EUR' }),
    next: z.int().optional().meta({ description: 'Offset of the next page.', example: 50 }),
    usage: z.array(UsageRow),
  })
  .meta({ id: 'UsageReport' });
