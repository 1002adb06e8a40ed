import { Controller, Inject } from '@nestjs/common';
import { PostgresDirectory } from '@tessera/adapter-postgres';
import type { OrganisationStore } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orNotFound, orRefuse } from '../http/changed';
import { Operation } from '../http/operation';
import { ORGANISATION } from '../providers';
import { toDepartmentBody } from '../wire/organisation';
import { badRequest } from '../wire/violations';
import { next, orgUnitQuery, sorting } from './org-unit-query';
import { maySetQuota, refuseOtherQuota } from './quota-rights';

/** Departments: groups of projects on a cluster, with a quota. */
@Controller()
export class DepartmentsController {
  constructor(
    @Inject(ORGANISATION) private readonly store: OrganisationStore,
    private readonly directory: PostgresDirectory,
  ) {}

  @Operation('get_departments')
  async list({ query }: Input<'get_departments'>, call: Call): Reply<'get_departments'> {
    const page = await this.store.departments(
      orgUnitQuery('departments', query, call),
      sorting(query),
      query,
    );
    return { status: 200, body: { departments: page.items.map(toDepartmentBody), ...next(page) } };
  }

  @Operation('create_department')
  async create({ body }: Input<'create_department'>, call: Call): Reply<'create_department'> {
    const { tenantId, name: by } = principalOf(call);
    await clusterOf(this.store, body.clusterId, tenantId);
    const { name, clusterId, resources } = body;
    const created = orRefuse(await this.store.createDepartment({ tenantId, clusterId, name, resources, by }));
    return { status: 201, body: toDepartmentBody(created) };
  }

  @Operation('get_department')
  async get({ params }: Input<'get_department'>): Reply<'get_department'> {
    return {
      status: 200,
      body: toDepartmentBody(orNotFound(await this.store.department(params.departmentId))),
    };
  }

  @Operation('update_department')
  async update({ params, body }: Input<'update_department'>, call: Call): Reply<'update_department'> {
    const principal = principalOf(call);
    const department = orNotFound(await this.store.department(params.departmentId));
    const { tenantId, clusterId } = department;
    if (!maySetQuota(principal, 'departments', { tenantId, clusterId })) {
      refuseOtherQuota('department', department.resources, body.resources);
      return { status: 200, body: toDepartmentBody(department) };
    }
    const updated = orRefuse(
      await this.store.updateDepartment(department.id, body.resources, principal.name),
    );
    this.directory.forget();
    return { status: 200, body: toDepartmentBody(updated) };
  }

  @Operation('delete_department')
  async delete({ params }: Input<'delete_department'>): Reply<'delete_department'> {
    orRefuse(await this.store.deleteDepartment(params.departmentId), 'The department still has projects.');
    this.directory.forget();
    return { status: 204 };
  }
}

async function clusterOf(store: OrganisationStore, id: string, tenantId: number): Promise<void> {
  const cluster = await store.cluster(id);
  if (cluster?.tenantId !== tenantId)
    throw badRequest([{ field: 'clusterId', message: `there is no cluster ${id}` }]);
}
