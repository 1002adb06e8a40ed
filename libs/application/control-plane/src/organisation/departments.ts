import type { Principal } from '../access/access';
import { invalid, outcomeOf, type Outcome } from '../outcome';
import type { DepartmentRecord, NewDepartment } from './department-store';
import type { QuotaResources } from './org-unit';
import type { OrganisationStore } from './organisation-store';
import { declinedQuota, maySetQuota } from './quota-rights';

/** Creates a department on a cluster of the caller's tenant; a conflict where the cluster has one of that name. */
export async function createDepartment(
  store: Pick<OrganisationStore, 'cluster' | 'createDepartment'>,
  request: Pick<NewDepartment, 'name' | 'clusterId' | 'resources'>,
  { tenantId, name: by }: Principal,
): Promise<Outcome<DepartmentRecord>> {
  const cluster = await store.cluster(request.clusterId);
  if (cluster?.tenantId !== tenantId) return invalid('clusterId', `there is no cluster ${request.clusterId}`);
  return outcomeOf(await store.createDepartment({ ...request, tenantId, by }));
}

/** Changes the quota of a department, which only callers with the right on its whole cluster may do. */
export async function updateDepartment(
  store: Pick<OrganisationStore, 'department' | 'updateDepartment'>,
  id: string,
  resources: QuotaResources,
  caller: Principal,
): Promise<Outcome<DepartmentRecord>> {
  const department = await store.department(id);
  if (department === undefined) return { kind: 'not-found' };
  const { tenantId, clusterId } = department;
  if (!maySetQuota(caller, 'department', { tenantId, clusterId }))
    return (
      declinedQuota('department', department.resources, resources) ?? { kind: 'done', value: department }
    );
  return outcomeOf(await store.updateDepartment(department.id, resources, caller.name));
}
