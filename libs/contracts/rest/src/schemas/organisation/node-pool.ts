import { z } from 'zod';
import { LENGTH } from '../bounds';
import { DateTime, Id } from '../primitives';

const Strategy = z.enum(['spread', 'binpack']);
const nodePoolFields = {
  name: z.string().min(1).max(63),
  labelKey: z.string().min(1).max(LENGTH.name),
  labelValue: z.string().min(1).max(LENGTH.name),
  overProvisioningRatio: z.int().nullish().meta({ default: 1 }),
  placementStrategy: z.looseObject({ cpu: Strategy.nullish(), gpu: Strategy.nullish() }).nullish(),
};
export const NodePoolCreateRequest = z.looseObject(nodePoolFields).meta({ id: 'NodePoolCreateRequest' });
export const NodePool = z
  .object({
    id: z.number(),
    ...nodePoolFields,
    clusterId: Id,
    isDefault: z.boolean(),
    nodes: z.string().optional(),
    status: z
      .enum(['Creating', 'Updating', 'Deleting', 'Empty', 'Unschedulable', 'Ready', 'Deleted'])
      .optional(),
    statusMessage: z.string().optional(),
    createdAt: DateTime,
    createdBy: z.string(),
    updatedAt: DateTime,
    updatedBy: z.string(),
    deletedAt: DateTime.optional(),
  })
  .meta({ id: 'NodePool' });

/** A node pool as the releases from 2.19 on list it, over all clusters. */
export const NodePoolOfTenant = NodePool.omit({ id: true, nodes: true, status: true, statusMessage: true })
  .extend({
    id: z.string(),
    tenantId: z.int32(),
    clusterName: z.string(),
    phase: z.enum(['Creating', 'Updating', 'Deleting', 'Empty', 'Unschedulable', 'Ready', 'Deleted']),
    phaseMessage: z.string(),
    status: z.object({ labelKey: z.string(), labelValue: z.string() }),
  })
  .meta({ id: 'NodePoolOfTenant' });
