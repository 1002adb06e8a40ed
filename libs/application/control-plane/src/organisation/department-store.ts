import type { Changed } from '../outcome';
import type { Page, Paged, Sorting } from '../reading/workload-reader';
import type { OrgUnitQuery, QuotaResources, Stamped } from './org-unit';

export interface DepartmentRecord extends Stamped {
  readonly id: string;
  readonly tenantId: number;
  readonly clusterId: string;
  readonly name: string;
  readonly resources: QuotaResources;
}

export interface NewDepartment {
  readonly tenantId: number;
  readonly clusterId: string;
  readonly name: string;
  readonly resources: QuotaResources;
  readonly by: string;
}

export interface DepartmentStore {
  departments(query: OrgUnitQuery, sorting: Sorting, page: Page): Promise<Paged<DepartmentRecord>>;
  department(id: string): Promise<DepartmentRecord | undefined>;
  createDepartment(department: NewDepartment): Promise<Changed<DepartmentRecord>>;
  updateDepartment(id: string, resources: QuotaResources, by: string): Promise<Changed<DepartmentRecord>>;
  deleteDepartment(id: string): Promise<Changed<undefined>>;
}
