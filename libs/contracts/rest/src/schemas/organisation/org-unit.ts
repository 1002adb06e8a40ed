import { z } from 'zod';
import { bounded, DateTime } from '../primitives';

/** Who created and last changed a resource, and when. */
export const stamped = {
  createdAt: DateTime,
  createdBy: z.string().optional(),
  updatedAt: DateTime,
  updatedBy: z.string().optional(),
};

const UNIT_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Name of a department or project. */
export const orgUnitName = bounded(63)
  .regex(UNIT_NAME, 'must consist of lower case alphanumeric characters or -, at most 63')
  .meta({ example: 'organization1' });
