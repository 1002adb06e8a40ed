import { Controller, Inject } from '@nestjs/common';
import { PostgresDirectory } from '@tessera/adapter-postgres';
import {
  createProject,
  updateProject,
  type NamespaceRules,
  type OrganisationStore,
} from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline, orNotFound, orRefuse } from '../http/changed';
import { Operation } from '../http/operation';
import { ORGANISATION } from '../providers';
import { toProjectBody } from './project-body';
import { next, orgUnitQuery, sorting } from './org-unit-query';

/** Injection token of {@link NamespaceRules}. */
export const NAMESPACE_RULES = Symbol('rules for namespaces of projects');

/** Projects: a namespace of a cluster with a quota, within a department. */
@Controller()
export class ProjectsController {
  constructor(
    @Inject(ORGANISATION) private readonly store: OrganisationStore,
    private readonly directory: PostgresDirectory,
    @Inject(NAMESPACE_RULES) private readonly namespaces: NamespaceRules,
  ) {}

  @Operation('get_projects')
  async list({ query }: Input<'get_projects'>, call: Call): Reply<'get_projects'> {
    const page = await this.store.projects(orgUnitQuery('projects', query, call), sorting(query), query);
    return { status: 200, body: { projects: page.items.map(toProjectBody), ...next(page) } };
  }

  @Operation('count_projects')
  async count({ query }: Input<'count_projects'>, call: Call): Reply<'count_projects'> {
    return {
      status: 200,
      body: { count: await this.store.countProjects(orgUnitQuery('projects', query, call)) },
    };
  }

  @Operation('create_project')
  async create({ body }: Input<'create_project'>, call: Call): Reply<'create_project'> {
    const request = {
      name: body.name,
      clusterId: body.clusterId,
      departmentId: body.parentId ?? undefined,
      requestedNamespace: body.requestedNamespace,
      defaultNodePools: body.defaultNodePools ?? undefined,
      nodeTypes: body.nodeTypes ?? null,
      resources: body.resources,
    };
    const outcome = await createProject(this.store, this.namespaces, request, principalOf(call));
    this.directory.forget();
    return { status: 201, body: toProjectBody(orDecline(outcome)) };
  }

  @Operation('get_project')
  async get({ params }: Input<'get_project'>): Reply<'get_project'> {
    return {
      status: 200,
      body: toProjectBody(orNotFound(await this.store.project(params.projectId))),
    };
  }

  @Operation('update_project')
  async update({ params, body }: Input<'update_project'>, call: Call): Reply<'update_project'> {
    const { defaultNodePools, nodeTypes, resources } = body;
    const update = {
      resources,
      ...(defaultNodePools ? { defaultNodePools } : {}),
      ...(nodeTypes ? { nodeTypes } : {}),
    };
    const outcome = await updateProject(this.store, params.projectId, update, principalOf(call));
    this.directory.forget();
    return { status: 200, body: toProjectBody(orDecline(outcome)) };
  }

  @Operation('delete_project')
  async delete({ params }: Input<'delete_project'>): Reply<'delete_project'> {
    orRefuse(
      await this.store.deleteProject(params.projectId),
      'The project has workloads, or their history.',
    );
    this.directory.forget();
    return { status: 204 };
  }
}
