import { z } from 'zod';

/** Descriptions and error lists that the routes of the organisation share. */
export const DONE = 'Executed successfully.';
export const CREATED = 'Created.';
export const NONE = 'No Content.';
export const reading = [401, 403, 404, 500, 503] as const;
export const changing = [400, 401, 403, 404, 409, 500, 503] as const;
export const next = { next: z.int().optional().meta({ example: 1 }) };
