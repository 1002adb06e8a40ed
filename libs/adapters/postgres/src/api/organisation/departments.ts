import type { DepartmentRecord, OrganisationStore } from '@tessera/application-control-plane';
import { DEPARTMENTS, type DepartmentRow } from '../../entities/organisation';
import { changing } from '../workloads/changing';
import { DEPARTMENT_FIELDS, departmentConditions } from './conditions';
import { insertOrgUnit, removeOrgUnit, updateOrgUnit, type OrganisationDatabase } from './org-unit-changes';
import { pageOf } from './page';

type DepartmentStore = Pick<
  OrganisationStore,
  'departments' | 'department' | 'createDepartment' | 'updateDepartment' | 'deleteDepartment'
>;

/** Departments on Postgres. A change of one is reported to its cluster. */
export function departmentStore(on: OrganisationDatabase): DepartmentStore {
  const repository = on.dataSource.getRepository(DEPARTMENTS);
  const department: DepartmentStore['department'] = async (id) => {
    const row = await repository.findOneBy({ id });
    return row === null ? undefined : toDepartment(row);
  };
  return {
    department,
    departments: (query, sorting, page) =>
      pageOf(
        {
          query: departmentConditions(query).applyTo(repository.createQueryBuilder('d')),
          fields: DEPARTMENT_FIELDS,
          toItem: toDepartment,
        },
        sorting,
        page,
      ),
    createDepartment: ({ by, ...values }) =>
      changing(async () => {
        const id = await insertOrgUnit(on, 'department', by, values);
        return department(id ?? '');
      }),
    updateDepartment: (id, resources, by) =>
      changing(async () => {
        await updateOrgUnit(on, 'department', id, by, { resources });
        return department(id);
      }),
    deleteDepartment: (id) => removeOrgUnit(on, 'department', id),
  };
}

const toDepartment = ({ version: _version, ...department }: DepartmentRow): DepartmentRecord => department;
