import type { DepartmentRecord, OrganisationStore } from '@tessera/application-control-plane';
import { DEPARTMENTS, type DepartmentRow } from '../../entities/organisation';
import { written } from '../../entities/entity';
import { changing } from '../workloads/changing';
import { DEPARTMENT_FIELDS, departmentConditions } from './conditions';
import {
  changeOrgUnit,
  CHANGED,
  NEXT_ID,
  removeOrgUnit,
  type OrganisationDatabase,
} from './org-unit-changes';
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
    createDepartment: ({ by, ...department_ }) =>
      changing(async () => {
        const id = await changeOrgUnit(on, 'department', async (tx) => {
          const { raw } = (await tx
            .createQueryBuilder()
            .insert()
            .into(DEPARTMENTS)
            .values(written<DepartmentRow>({ ...department_, id: NEXT_ID, createdBy: by, updatedBy: by }))
            .returning('id')
            .execute()) as { raw: { id: string }[] };
          return tx.findOneBy(DEPARTMENTS, { id: raw[0]?.id ?? '' });
        });
        return department(id ?? '');
      }),
    updateDepartment: (id, resources, by) =>
      changing(async () => {
        await changeOrgUnit(on, 'department', async (tx) => {
          await tx.update(
            DEPARTMENTS,
            { id },
            written<DepartmentRow>({ ...CHANGED, resources, updatedBy: by }),
          );
          return tx.findOneBy(DEPARTMENTS, { id });
        });
        return department(id);
      }),
    deleteDepartment: (id) => removeOrgUnit(on, 'department', id),
  };
}

const toDepartment = ({ version: _version, ...department }: DepartmentRow): DepartmentRecord => department;
