import { z } from 'zod';
import { ITEMS, LENGTH } from '../bounds';
import { DateTime, Id, OrgId } from '../primitives';

/** Longest wait for a replica of one workload of an alias, seconds. */
const LONGEST_WAIT_SECONDS = 3_600;
const MOST_WEIGHT = 10_000;

const place = {
  projectId: OrgId.optional().meta({
    description: 'Project of the workload; by default that of the alias.',
  }),
  workload: z
    .string()
    .min(1)
    .max(LENGTH.name)
    .meta({ description: 'Name of the workload; it need not exist yet.', example: 'chat-v2' }),
  model: z.string().min(1).max(LENGTH.label).optional().meta({
    description: '`model` in requests to it; by default the name that the workload states.',
    example: 'llama-3',
  }),
};

const Target = z.object({
  ...place,
  weight: z
    .int()
    .min(0)
    .max(MOST_WEIGHT)
    .meta({ description: 'Share of the requests, relative to the other weights.', example: 10 }),
});

const routes = {
  targets: z
    .array(Target)
    .min(1)
    .max(ITEMS.aliasPlaces)
    .meta({ description: 'Each request goes to one of them, by weight.' }),
  fallbacks: z
    .array(z.object(place))
    .max(ITEMS.aliasPlaces)
    .default([])
    .meta({ description: 'Used in this order if the chosen workload cannot answer.' }),
  waitSeconds: z.int().min(0).max(LONGEST_WAIT_SECONDS).nullish().meta({
    description:
      'Longest wait for a replica before the next workload is used; by default the limit of all requests.',
  }),
};

const name = z
  .string()
  .max(LENGTH.label)
  .regex(/^[A-Za-z0-9](?:[\w.:/@-]*[A-Za-z0-9])?$/, 'is not a model name')
  .meta({ description: 'Value of `model` in requests.', example: 'gpt' });

/** A model name that stands for workloads. */
export const ModelAlias = z
  .object({
    id: Id,
    name: z.string(),
    projectId: z
      .string()
      .optional()
      .meta({ description: 'The project in which it is valid; absent for all.' }),
    projectName: z.string().optional(),
    targets: z.array(Target.extend({ projectId: z.string() })),
    fallbacks: z.array(z.object({ ...place, projectId: z.string() })),
    waitSeconds: z.int().optional(),
    createdAt: DateTime,
    createdBy: z.string(),
    updatedAt: DateTime,
    updatedBy: z.string(),
  })
  .meta({ id: 'ModelAlias' });

export const ModelAliasCreationRequest = z
  .object({
    name,
    projectId: OrgId.nullish().meta({
      description:
        'The project in which it is valid; by default all, which requires rights in the whole tenant.',
    }),
    ...routes,
  })
  .meta({ id: 'ModelAliasCreationRequest' });

export const ModelAliasChangeRequest = z.object(routes).meta({ id: 'ModelAliasChangeRequest' });
