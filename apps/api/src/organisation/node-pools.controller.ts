import { Controller, Inject } from '@nestjs/common';
import { visibility, type OrganisationStore } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orRefuse } from '../http/changed';
import { Operation } from '../http/operation';
import { ORGANISATION } from '../providers';
import { toNodePoolBody, toNodePoolOfTenantBody } from './node-pool-body';

/** Node pools: the nodes of a cluster with one label. */
@Controller()
export class NodePoolsController {
  constructor(@Inject(ORGANISATION) private readonly store: OrganisationStore) {}

  @Operation('getNodePools')
  async listOfCluster({ params }: Input<'getNodePools'>, call: Call): Reply<'getNodePools'> {
    return {
      status: 200,
      body: (await this.store.nodePools(params.clusterId, principalOf(call).tenantId)).map(toNodePoolBody),
    };
  }

  @Operation('createNodePool')
  async create({ params, body }: Input<'createNodePool'>, call: Call): Reply<'createNodePool'> {
    const created = await this.store.createNodePool({
      clusterId: params.clusterId,
      name: body.name,
      labelKey: body.labelKey,
      labelValue: body.labelValue,
      placementStrategy: body.placementStrategy ?? null,
      overProvisioningRatio: body.overProvisioningRatio ?? 1,
      by: principalOf(call).name,
    });
    return { status: 201, body: toNodePoolBody(orRefuse(created)) };
  }

  @Operation('get_node_pools')
  async list(_input: Input<'get_node_pools'>, call: Call): Reply<'get_node_pools'> {
    const principal = principalOf(call);
    const clusters = await this.store.clusters(visibility(principal, 'nodepools'));
    const pools = await this.store.nodePools(undefined, principal.tenantId);
    const nodepools = clusters.flatMap((cluster) =>
      pools
        .filter(({ clusterId }) => clusterId === cluster.id)
        .map((pool) => toNodePoolOfTenantBody(pool, cluster)),
    );
    return { status: 200, body: { nodepools } };
  }
}
