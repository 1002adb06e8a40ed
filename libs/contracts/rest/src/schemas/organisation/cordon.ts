import { z } from 'zod';

/** Whether a node takes new pods. */
export const CordonReport = z
  .object({
    node: z.string().meta({ example: 'h100-pool-b-1' }),
    cordoned: z.boolean().meta({ description: 'True where nothing new is placed on the node.' }),
  })
  .meta({ id: 'CordonReport' });
