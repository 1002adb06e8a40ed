import type { Principal } from '../access/access';
import { outcomeOf, type Outcome } from '../outcome';
import type { QuotaResources } from './org-unit';
import type { OrganisationStore } from './organisation-store';
import type { ProjectChange, ProjectRecord } from './project-store';
import { declinedQuota, maySetQuota } from './quota-rights';

/** What to change; absent fields stay unchanged. The quota is sent with every change. */
export interface ProjectUpdate extends Pick<ProjectChange, 'defaultNodePools' | 'nodeTypes'> {
  readonly resources: QuotaResources;
}

/** Changes a project; its quota only for callers with the right in the whole department. */
export async function updateProject(
  store: Pick<OrganisationStore, 'project' | 'updateProject'>,
  id: string,
  { resources, ...update }: ProjectUpdate,
  caller: Principal,
): Promise<Outcome<ProjectRecord>> {
  const project = await store.project(id);
  if (project === undefined) return { kind: 'not-found' };
  const { tenantId, clusterId, departmentId } = project;
  const setsQuota = maySetQuota(caller, 'project', { tenantId, clusterId, departmentId });
  const declined = setsQuota ? undefined : declinedQuota('project', project.resources, resources);
  if (declined !== undefined) return declined;
  const change = { ...update, ...(setsQuota ? { resources } : {}), by: caller.name };
  return outcomeOf(await store.updateProject(project.id, change));
}
