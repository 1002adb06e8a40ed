import { z } from 'zod';

const NodeOutcome = z.enum(['first', 'fits', 'rejected']).meta({
  description:
    '`first`: a further replica would go there. `fits`: it would fit, but another node is preferred. `rejected`: it does not fit.',
});

const ExplainedNode = z
  .object({
    node: z.string(),
    nodePool: z.string().optional().meta({ description: 'Absent for a node in no pool.' }),
    replicas: z.int().min(0).meta({ description: 'Replicas that the workload has on the node.' }),
    outcome: NodeOutcome,
    code: z
      .string()
      .optional()
      .meta({ description: 'The first filter that rejects the node, such as `GpuShare`.' }),
    reason: z.string().meta({ example: '0.38 GPU free on one device, 0.5 asked' }),
  })
  .meta({ id: 'ExplainedNode' });

/** What every node of the cluster says to a further replica of a workload. */
export const PlacementExplanation = z
  .object({
    fits: z.boolean().meta({ description: 'True where a further replica can be placed now.' }),
    message: z
      .string()
      .optional()
      .meta({ description: 'Where it fits on no node: the number of nodes that each filter rejected.' }),
    suggestions: z.array(z.string()).meta({ description: 'Changes that would make it fit.' }),
    nodes: z.array(ExplainedNode).meta({ description: 'All nodes, by name.' }),
  })
  .meta({ id: 'PlacementExplanation' });
export type PlacementExplanation = z.infer<typeof PlacementExplanation>;

/** The Kubernetes objects of a workload, as they exist on its cluster. */
export const WorkloadObjects = z
  .object({
    objects: z.array(
      z
        .object({
          apiVersion: z.string().meta({ example: 'v1' }),
          kind: z.string().meta({ example: 'Service' }),
          namespace: z.string(),
          name: z.string(),
          purpose: z.string().meta({ example: 'a replica on gpu-node-1' }),
        })
        .meta({ id: 'WorkloadObject' }),
    ),
  })
  .meta({ id: 'WorkloadObjects' });
export type WorkloadObjects = z.infer<typeof WorkloadObjects>;
