import { nameViolations, specViolations, type Violation } from '@tessera/domain-workload';
import type { CreateInference } from './create-request';
import type { ControlPlaneDependencies } from './ports';

type Dependencies = Pick<ControlPlaneDependencies, 'directory' | 'specSettings'>;

/** Every rule that a request breaks: rules on its content and rules that need the organisation. */
export async function requestViolations(
  dependencies: Dependencies,
  request: CreateInference,
): Promise<readonly Violation[]> {
  const { name, asPrefix, templateId, spec } = request;
  return [
    ...(await placeViolations(dependencies, request)),
    ...nameViolations(name, asPrefix),
    ...(templateId === undefined ? [] : [{ field: 'templateId', message: 'there is no such template' }]),
    ...specViolations(spec, dependencies.specSettings),
  ];
}

/** Checks project and cluster of a request against the organisation. An empty id is skipped. */
async function placeViolations(
  dependencies: Dependencies,
  { projectId, clusterId }: Pick<CreateInference, 'projectId' | 'clusterId'>,
): Promise<readonly Violation[]> {
  const project = projectId === '' ? undefined : await dependencies.directory.project(projectId);
  const found: Violation[] = [];
  if (project === undefined && projectId !== '')
    found.push({ field: 'projectId', message: `there is no project ${projectId}` });
  if (clusterId === '' || project?.clusterId === clusterId) return found;
  if (!(await dependencies.directory.clusterExists(clusterId)))
    found.push({ field: 'clusterId', message: `there is no cluster ${clusterId}` });
  else if (project !== undefined)
    found.push({ field: 'clusterId', message: `project ${project.id} is not on cluster ${clusterId}` });
  return found;
}
