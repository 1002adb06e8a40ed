import { z } from 'zod';
import { ALL, SMALL_BODY } from '../../costs';
import { EXAMPLES } from '../../examples';
import { right, route } from '../../route';
import { NodePool, NodePoolCreateRequest, NodePoolOfTenant } from '../../schemas/organisation/node-pool';
import { Id } from '../../schemas/primitives';
import { changing, CREATED, DONE, reading } from './answers';

const clusterId = { clusterId: Id };

/** Node pools of one cluster, and of all clusters of the tenant. */
export const nodePoolRoutes = {
  getNodePools: route({
    method: 'GET',
    path: '/v1/k8s/clusters/{clusterId}/node-pools',
    summary: 'List the node pools of a cluster.',
    tag: 'NodePools',
    params: clusterId,
    answers: { 200: { description: DONE, schema: z.array(NodePool) } },
    errors: reading,
    audited: 'no',
    cost: ALL,
    permission: right('nodepools', 'read', 'cluster'),
  }),
  createNodePool: route({
    method: 'POST',
    path: '/v1/k8s/clusters/{clusterId}/node-pools',
    summary: 'Create a node pool.',
    tag: 'NodePools',
    params: clusterId,
    body: NodePoolCreateRequest,
    bodyExample: EXAMPLES.nodePool,
    answers: { 201: { description: CREATED, schema: NodePool } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('nodepools', 'create', 'cluster'),
  }),
  get_node_pools: route({
    method: 'GET',
    path: '/api/v1/node-pools',
    summary: 'List node pools.',
    tag: 'NodePools',
    answers: { 200: { description: DONE, schema: z.object({ nodepools: z.array(NodePoolOfTenant) }) } },
    errors: [401, 403, 500, 503],
    audited: 'no',
    cost: ALL,
    permission: right('nodepools', 'read', 'visible'),
  }),
};
