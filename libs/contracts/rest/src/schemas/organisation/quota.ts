import { z } from 'zod';
import { ITEMS, LENGTH } from '../bounds';
import { OrgId } from '../primitives';

/** Most GPUs of a quota: more than any cluster has, and exact when counted in thousandths. */
const MOST_GPUS = 1_000_000;
const share = { limit: z.number().nullish(), overQuotaWeight: z.number().nullish() };
const optionalShare = z.looseObject({ deserved: z.number().nullish(), ...share });

/** Quota in one node pool; a pool without an id is the default one. Negative limits mean none. */
export const QuotaResources = z
  .looseObject({
    nodePool: z.looseObject({ id: OrgId, name: z.string().max(LENGTH.name).optional() }).nullish(),
    gpu: z.looseObject({ deserved: z.number().min(0).max(MOST_GPUS), ...share }),
    cpu: optionalShare.nullish(),
    memory: optionalShare.extend({ units: z.enum(['Mib', 'MB', 'GB']) }).nullish(),
  })
  .meta({ id: 'Resources' });

const QuotaStatusResource = z.object({
  gpu: z.number().optional(),
  cpu: z.number().optional(),
  memory: z.number().optional(),
});
export const QuotaStatus = z.object({
  allocated: QuotaStatusResource.optional(),
  allocatedNonPreemptible: QuotaStatusResource.optional(),
  requested: QuotaStatusResource.optional(),
});
export const QuotaStatusNodePool = QuotaStatus.extend({
  nodePoolId: z.string().optional(),
  nodePoolName: z.string().optional(),
});

/** Quotas of a project or department, one per node pool. */
export const quotas = z.array(QuotaResources).max(ITEMS.quotas);
