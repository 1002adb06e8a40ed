import { z } from 'zod';
import { ALL, MOST_PAGE_ROWS, ONE, SMALL_BODY } from '../../costs';
import { EXAMPLES } from '../../examples';
import { right, route } from '../../route';
import { Cluster, ClusterCreationRequest, RegisteredCluster } from '../../schemas/organisation/cluster';
import { Node } from '../../schemas/organisation/node';
import { paging } from '../../schemas/list-query';
import { Id, queryFlag, queryLimit, querySingle } from '../../schemas/primitives';
import { changing, CREATED, DONE, reading } from './answers';

const clusterId = { clusterId: Id };

/** Clusters and their nodes. */
export const clusterRoutes = {
  get_clusters: route({
    method: 'GET',
    path: '/api/v1/clusters',
    summary: 'List clusters.',
    tag: 'Clusters',
    query: { verbosity: querySingle(z.enum(['metadata', 'full']).default('full')) },
    answers: { 200: { description: DONE, schema: z.array(Cluster) } },
    errors: [...reading, 400],
    audited: 'no',
    cost: ALL,
    permission: right('clusters', 'read', 'visible'),
  }),
  create_cluster: route({
    method: 'POST',
    path: '/api/v1/clusters',
    summary: 'Register a cluster.',
    description:
      'The scheduler of the cluster gets a topic of its own for commands and a credential; the answer shows the credential, which cannot be read again.',
    tag: 'Clusters',
    body: ClusterCreationRequest,
    bodyExample: EXAMPLES.cluster,
    answers: { 201: { description: CREATED, schema: RegisteredCluster } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('clusters', 'create', 'tenant'),
  }),
  get_cluster_by_uuid: route({
    method: 'GET',
    path: '/api/v1/clusters/{clusterId}',
    summary: 'Get a cluster.',
    tag: 'Clusters',
    params: clusterId,
    answers: { 200: { description: DONE, schema: Cluster } },
    errors: reading,
    audited: 'no',
    cost: ONE,
    permission: right('clusters', 'read', 'cluster'),
  }),
  get_nodes_of_cluster: route({
    method: 'GET',
    path: '/api/v1/clusters/{clusterId}/nodes',
    summary: 'List the nodes of a cluster with their GPUs.',
    description:
      'Sorted by name. With `limit` one page of them, and `next` is the offset of the page after it; with `holders=true` every GPU lists its shares with their owners.',
    tag: 'Nodes',
    params: clusterId,
    query: {
      offset: paging.offset,
      limit: queryLimit(MOST_PAGE_ROWS),
      holders: queryFlag,
      utilisation: queryFlag,
    },
    paramDescriptions: {
      holders: 'Whether every GPU lists its shares with their owners: of workloads that the caller may read.',
      limit: 'All nodes unless given.',
      utilisation: 'Whether shares have their utilisation.',
    },
    answers: {
      200: {
        description: DONE,
        schema: z.object({ nodes: z.array(Node), next: z.int().optional() }),
      },
    },
    errors: [...reading, 400],
    audited: 'no',
    cost: { ...ALL, asks: ['scheduler', 'metrics'] },
    permission: right('nodes', 'read', 'cluster'),
  }),
};
