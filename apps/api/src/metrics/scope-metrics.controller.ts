import { Controller } from '@nestjs/common';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { MeasuredScopes } from './measured-scopes';
import { Measurements } from './measurements';

/** Metrics of clusters, node pools, nodes, projects and departments. */
@Controller()
export class ScopeMetricsController {
  constructor(
    private readonly measurements: Measurements,
    private readonly scopes: MeasuredScopes,
  ) {}

  @Operation('get_cluster_metrics')
  async ofCluster(
    { params, query: { nodepoolName, ...query } }: Input<'get_cluster_metrics'>,
    call: Call,
  ): Reply<'get_cluster_metrics'> {
    const scope = await this.scopes.cluster(params.clusterId, nodepoolName, principalOf(call));
    return this.measurements.ofScope(scope, query, call);
  }

  @Operation('get_nodepool_metrics')
  async ofNodePool(
    { params, query }: Input<'get_nodepool_metrics'>,
    call: Call,
  ): Reply<'get_nodepool_metrics'> {
    const scope = await this.scopes.cluster(params.clusterId, params.nodepoolName, principalOf(call));
    return this.measurements.ofScope(scope, query, call);
  }

  @Operation('get_node_metrics')
  async ofNode({ params, query }: Input<'get_node_metrics'>, call: Call): Reply<'get_node_metrics'> {
    const scope = await this.scopes.node(params.nodeId, principalOf(call));
    return this.measurements.ofScope(scope, query, call);
  }

  @Operation('get_project_metrics')
  async ofProject(
    { params, query: { nodepoolName, ...query } }: Input<'get_project_metrics'>,
    call: Call,
  ): Reply<'get_project_metrics'> {
    const scope = await this.scopes.project(params.projectId, nodepoolName);
    return this.measurements.ofScope(scope, query, call);
  }

  @Operation('get_department_metrics')
  async ofDepartment(
    { params, query: { nodepoolName, ...query } }: Input<'get_department_metrics'>,
    call: Call,
  ): Reply<'get_department_metrics'> {
    const scope = await this.scopes.department(params.departmentId, nodepoolName, principalOf(call));
    return this.measurements.ofScope(scope, query, call);
  }
}
