import { z } from 'zod';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Part of the log of a pod, as query parameters. */
export const PodLogQuery = z.object({
  container: z.string().optional(),
  /** Number of lines from the end. */
  tailLines: z.coerce.number().int().min(0).optional(),
  sinceSeconds: z.coerce.number().int().min(1).optional(),
  /** Whether each line begins with its time. */
  timestamps: flag.optional(),
  /** The log of the container's previous run. */
  previous: flag.optional(),
  /** Whether the answer stays open for new lines. */
  follow: flag.optional(),
});
export type PodLogQuery = z.output<typeof PodLogQuery>;
