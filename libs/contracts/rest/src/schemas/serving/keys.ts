import { z } from 'zod';
import { ITEMS, LENGTH } from '../bounds';
import { DateTime, Id, OrgId } from '../primitives';

/** What becomes of requests that wait for a replica when not all get one. */
export const KEY_PRIORITIES = ['low', 'normal', 'high'] as const;
/** `void`: the key opens nothing any more, since its projects were deleted. */
export const KEY_STATES = ['active', 'expired', 'revoked', 'void'] as const;

/** Longest time that an old secret may count beside the new one, seconds. */
export const LONGEST_OVERLAP_SECONDS = 30 * 24 * 3600;

const amount = z.int().min(1).max(1_000_000_000);

/** Limits that an answer of the gateway with status 429 names. Parts that are left out are not limited. */
export const KeyLimits = z
  .object({
    requestsPerMinute: amount.optional(),
    tokensPerMinute: amount.optional(),
    requestsInFlight: amount.optional(),
  })
  .meta({ id: 'ServingLimits' });

const name = z
  .string()
  .trim()
  .min(1)
  .max(LENGTH.label)
  .meta({ description: 'Name of the person or program that uses the key.' });

/** A key of a person or program for calling models; its secret is shown only once, when it is made. */
export const ServingKey = z
  .object({
    id: Id,
    name: z.string(),
    hint: z.string().meta({ description: 'The first characters of the secret.', example: 'tsk-4fB2' }),
    status: z.enum(KEY_STATES),
    opens: z
      .array(
        z.object({
          projectId: z.string(),
          projectName: z.string(),
          workloadIds: z.array(Id).optional().meta({ description: 'The only ones; absent for all.' }),
        }),
      )
      .meta({ description: 'In projects that the caller may see.' }),
    limits: KeyLimits,
    priority: z.enum(KEY_PRIORITIES),
    expiresAt: DateTime.optional(),
    previousSecretUntil: DateTime.optional().meta({
      description: 'Until when the previous secret is valid.',
    }),
    revokedAt: DateTime.optional(),
    createdAt: DateTime,
    createdBy: z.string(),
    updatedAt: DateTime,
    updatedBy: z.string(),
  })
  .meta({ id: 'ServingKey' });

export const ServingKeyWithSecret = ServingKey.extend({
  key: z.string().meta({ description: 'The secret. It cannot be read again.', example: 'tsk-4fB2…' }),
}).meta({ id: 'ServingKeyWithSecret' });

export const ServingKeyCreationRequest = z
  .object({
    name,
    projectIds: z
      .array(OrgId)
      .max(ITEMS.keyScope)
      .default([])
      .meta({ description: 'Projects whose workloads the key may call, also those that are created later.' }),
    workloadIds: z
      .array(Id)
      .max(ITEMS.keyScope)
      .default([])
      .meta({ description: 'Further workloads that the key may call.' }),
    expiresAt: DateTime.nullish(),
    limits: KeyLimits.optional(),
    priority: z.enum(KEY_PRIORITIES).default('normal'),
  })
  .meta({ id: 'ServingKeyCreationRequest' });

/** Fields that are left out stay as they are. */
export const ServingKeyChangeRequest = z
  .object({
    name: name.optional(),
    expiresAt: DateTime.nullish().meta({ description: 'null: no expiry.' }),
    limits: KeyLimits.optional().meta({ description: 'Replaces all limits.' }),
    priority: z.enum(KEY_PRIORITIES).optional(),
  })
  .meta({ id: 'ServingKeyChangeRequest' });

export const ServingKeyRotationRequest = z
  .object({
    overlapSeconds: z
      .int()
      .min(0)
      .max(LONGEST_OVERLAP_SECONDS)
      .default(0)
      .meta({ description: 'How long the old secret stays valid; by default 0.' }),
  })
  .meta({ id: 'ServingKeyRotationRequest' });
