import { z } from 'zod';
import { Id } from '../primitives';
import { orgUnitName, stamped } from './org-unit';
import { QuotaResources, quotas, QuotaStatus, QuotaStatusNodePool } from './quota';

export const DepartmentCreationRequest = z
  .looseObject({ name: orgUnitName, clusterId: Id, resources: quotas })
  .meta({ id: 'DepartmentCreationRequest' });
export const DepartmentUpdateRequest = z
  .looseObject({ resources: quotas })
  .meta({ id: 'DepartmentUpdateRequest' });

/** An organisation unit below a department, with the units below it. */
const Child = z
  .object({
    id: z.string().optional(),
    name: z.string().optional(),
    get children() {
      return z.array(Child).optional();
    },
  })
  .meta({ id: 'DepartmentProjectChild' });
export const Department = z
  .object({
    id: z.string().meta({ example: '50' }),
    name: z.string(),
    clusterId: Id,
    resources: z.array(QuotaResources),
    totalResources: z.object({ gpuQuota: z.number() }),
    ...stamped,
    description: z.string(),
    children: z.array(Child).nullable().optional(),
    projectsAggregatedResources: z.array(QuotaResources).nullable().optional(),
    status: z
      .object({
        quotaStatus: QuotaStatus.optional(),
        nodePoolQuotaStatuses: z.array(QuotaStatusNodePool).optional(),
      })
      .optional(),
  })
  .meta({ id: 'Department' });
