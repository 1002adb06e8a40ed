import type { SelectQueryBuilder } from 'typeorm';
import type { OrganisationStore, ProjectRecord } from '@tessera/application-control-plane';
import { maybe } from '@tessera/kernel';
import { PROJECTS, type ProjectRow } from '../../entities/organisation';
import { WORKLOADS } from '../../entities/workloads';
import { tableOf } from '../../entities/statements';
import { changing } from '../workloads/changing';
import { PROJECT_FIELDS, projectConditions } from './conditions';
import { insertOrgUnit, removeOrgUnit, updateOrgUnit, type OrganisationDatabase } from './org-unit-changes';
import { pageOf } from './page';

type ProjectStore = Pick<
  OrganisationStore,
  | 'projects'
  | 'countProjects'
  | 'project'
  | 'createProject'
  | 'updateProject'
  | 'deleteProject'
  | 'policy'
  | 'setPolicy'
>;

const ALLOCATED = `coalesce((select sum(w.allocated_milli_gpu) from ${tableOf(WORKLOADS)} w
  where w.project_id = p.id and w.deleted_at is null), 0)`;

/** Projects on Postgres, with their policies. A change of one is reported to its cluster. */
export function projectStore(on: OrganisationDatabase): ProjectStore {
  const repository = on.dataSource.getRepository(PROJECTS);
  const withDepartment = (): SelectQueryBuilder<ProjectRow> =>
    repository.createQueryBuilder('p').innerJoin('Department', 'd', 'd.id = p.department_id');
  const records = (): SelectQueryBuilder<ProjectRow> =>
    withDepartment()
      .addSelect('d.tenant_id', 'of_tenant')
      .addSelect('d.name', 'of_department')
      .addSelect(ALLOCATED, 'allocated');
  const project: ProjectStore['project'] = async (id) => {
    const { entities, raw } = await records().where('p.id = :id', { id }).getRawAndEntities<Columns>();
    return entities[0] && toProject(entities[0], raw[0] ?? {});
  };
  return {
    project,
    projects: (query, sorting, page) =>
      pageOf(
        { query: projectConditions(query).applyTo(records()), fields: PROJECT_FIELDS, toItem: toProject },
        sorting,
        page,
      ),
    countProjects: (query) => projectConditions(query).applyTo(withDepartment()).getCount(),
    createProject: ({ by, ...values }) =>
      changing(async () => {
        const id = await insertOrgUnit(on, 'project', by, values);
        return project(id ?? '');
      }),
    // Null does not remove node types.
    updateProject: (id, { by, defaultNodePools, nodeTypes, resources }) =>
      changing(async () => {
        await updateOrgUnit(on, 'project', id, by, {
          ...maybe('defaultNodePools', defaultNodePools),
          ...maybe('nodeTypes', nodeTypes),
          ...maybe('resources', resources),
        });
        return project(id);
      }),
    deleteProject: (id) => removeOrgUnit(on, 'project', id),
    policy: async (id) => {
      const row = await repository.findOne({ select: { id: true, inferencePolicy: true }, where: { id } });
      return row?.inferencePolicy ?? undefined;
    },
    setPolicy: async (id, policy, by) =>
      void (await updateOrgUnit(on, 'project', id, by, { inferencePolicy: policy ?? null })),
  };
}

type Columns = Readonly<Record<string, unknown>>;

const toProject = (
  { inferencePolicy: _policy, version: _version, assetsVersion: _assets, ...project }: ProjectRow,
  columns: Columns,
): ProjectRecord => ({
  ...project,
  tenantId: columns['of_tenant'] as number,
  departmentName: columns['of_department'] as string,
  allocatedMilliGpu: Number(columns['allocated']),
});
