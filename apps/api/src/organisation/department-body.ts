import type { DepartmentRecord } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';
import { totalOf } from './quota-total';

type Department = Answer<'get_department'>['body'];

/** A department as the API shows it. */
export const toDepartmentBody = (department: DepartmentRecord): Department => ({
  id: department.id,
  name: department.name,
  clusterId: department.clusterId,
  resources: [...department.resources] as Department['resources'],
  totalResources: totalOf(department.resources as Department['resources']),
  createdAt: department.createdAt,
  createdBy: department.createdBy,
  updatedAt: department.updatedAt,
  updatedBy: department.updatedBy,
  description: '',
});
