import { z } from 'zod';

/** A share of one device that a replica would get. */
const SimulatedShare = z.object({
  /** Position of the device on its node. */
  device: z.number().int(),
  gpu: z.number().meta({ description: 'Share of the device, 0 to 1.' }),
  memoryMiB: z
    .number()
    .int()
    .optional()
    .meta({ description: 'Absent where no label of the node states the memory of its GPUs.' }),
  migProfile: z.string().optional(),
});

const Placed = z
  .object({
    outcome: z.literal('placed'),
    copy: z.number().int().meta({ description: 'Number of the copy, from 1.' }),
    replica: z.number().int().meta({ description: 'Number of the replica within the copy, from 0.' }),
    node: z.string(),
    nodePool: z.string().optional(),
    devices: z.array(SimulatedShare),
  })
  .meta({ id: 'SimulatedPlacement' });

const Unschedulable = z
  .object({
    outcome: z.literal('unschedulable'),
    copy: z.number().int(),
    replica: z.number().int(),
    message: z
      .string()
      .meta({ description: 'Summary in one line: the number of nodes that each filter rejected.' }),
    nodes: z.number().int(),
    rejected: z.array(
      z.object({
        code: z.string(),
        count: z.number().int(),
        nodes: z.array(z.string()),
        detail: z.string(),
      }),
    ),
    nearestMiss: z.string().optional(),
    suggestions: z.array(z.string()).meta({ description: 'Changes that would make the replica fit.' }),
  })
  .meta({ id: 'SimulatedRefusal' });

/** Where one replica would be placed, or why it fits on no node. */
export const SimulatedReplica = z.discriminatedUnion('outcome', [Placed, Unschedulable]);
export type SimulatedReplica = z.infer<typeof SimulatedReplica>;

/** Nodes on which the replicas would be placed now, or why they fit on none. */
export const PlacementSimulation = z
  .object({
    fits: z.boolean().meta({ description: 'True where every replica of every copy can be placed.' }),
    replicas: z.array(SimulatedReplica),
  })
  .meta({ id: 'PlacementSimulation' });
