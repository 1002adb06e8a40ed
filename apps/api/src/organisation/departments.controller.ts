import { Controller, Inject } from '@nestjs/common';
import { PostgresDirectory } from '@tessera/adapter-postgres';
import {
  createDepartment,
  updateDepartment,
  type OrganisationStore,
} from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline, orNotFound, orRefuse } from '../http/changed';
import { Operation } from '../http/operation';
import { ORGANISATION } from '../providers';
import { toDepartmentBody } from './department-body';
import { next, orgUnitQuery, sorting } from './org-unit-query';

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
    const { name, clusterId, resources } = body;
    const request = { name, clusterId, resources };
    const created = await createDepartment(this.store, request, principalOf(call));
    return { status: 201, body: toDepartmentBody(orDecline(created)) };
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
    const caller = principalOf(call);
    const updated = orDecline(
      await updateDepartment(this.store, params.departmentId, body.resources, caller),
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
