import type { ProjectRecord } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';
import { totalOf } from './quota-total';

type Project = Answer<'get_project'>['body'];

/** A project as the API shows it, with what its workloads hold of its quota. */
export const toProjectBody = (project: ProjectRecord): Project => ({
  id: project.id,
  name: project.name,
  clusterId: project.clusterId,
  departmentId: project.departmentId,
  parentId: project.departmentId,
  parent: { id: project.departmentId, name: project.departmentName },
  requestedNamespace: project.namespace,
  resources: [...project.resources] as Project['resources'],
  defaultNodePools: [...project.defaultNodePools],
  nodeTypes: project.nodeTypes,
  phase: 'Ready',
  description: '',
  enforceRunaiScheduler: true,
  totalResources: totalOf(project.resources as Project['resources']),
  effective: { defaultNodePools: [...project.defaultNodePools], nodeTypes: project.nodeTypes },
  createdAt: project.createdAt,
  createdBy: project.createdBy,
  updatedAt: project.updatedAt,
  updatedBy: project.updatedBy,
  status: {
    phase: 'Ready',
    phaseMessage: '',
    namespace: project.namespace,
    quotaStatus: {
      allocated: { gpu: project.allocatedMilliGpu / 1000 },
      allocatedNonPreemptible: { gpu: project.allocatedMilliGpu / 1000 },
    },
  },
});
