import { randomUUID } from 'node:crypto';
import type { SchedulerClient } from '@tessera/adapter-services';
import {
  VIEWER,
  visibility,
  type AccessStore,
  type OrganisationStore,
  type Secrets,
} from '@tessera/application-control-plane';
import { commandsTopic, type Topic } from '@tessera/contracts-events';
import type { GuardrailContext, SpecSettings } from '@tessera/domain-workload';
import { principalOf, type Handlers } from '../http/call';
import { toNodeBody } from '../wire/node';
import { toClusterBody, toNodePoolBody, toNodePoolOfTenantBody } from '../wire/organisation';
import { orNotFound, orRefuse } from './changed';
import { policyHandlers } from './policies';

type ClusterHandlers = Pick<
  Handlers,
  | 'get_clusters'
  | 'create_cluster'
  | 'get_cluster_by_uuid'
  | 'get_nodes_of_cluster'
  | 'getNodePools'
  | 'createNodePool'
  | 'get_node_pools'
  | 'get_inference_policy_v2'
  | 'overwrite_inference_policy_v2'
  | 'delete_inference_policy_v2'
>;

export interface ClusterDependencies {
  readonly store: OrganisationStore;
  readonly access: AccessStore;
  readonly secrets: Secrets;
  readonly topicPrefix: string;
  readonly nodePoolLabel: string;
  readonly ensureTopics: (topics: readonly Topic[]) => Promise<void>;
  readonly scheduler: SchedulerClient;
  readonly now: () => number;
  /** Largest record that the topics accept, bytes. */
  readonly recordLimit: number;
  /** Guardrails for projects without rules of their own. */
  readonly guardrails: GuardrailContext;
  readonly specSettings: SpecSettings;
  readonly forget: () => void;
}

/** Clusters, nodes, node pools and policies. */
export function clusterHandlers(controlPlane: ClusterDependencies): ClusterHandlers {
  const { store } = controlPlane;
  return {
    get_clusters: async ({ query }, call) => {
      const clusters = await store.clusters(visibility(principalOf(call), 'clusters'));
      const full = query.verbosity === 'full';
      return {
        status: 200,
        body: clusters.map((cluster) => toClusterBody(cluster, controlPlane.now(), full)),
      };
    },
    create_cluster: async ({ body }, call) => registerCluster(controlPlane, body, principalOf(call)),
    get_cluster_by_uuid: async ({ params }) => ({
      status: 200,
      body: toClusterBody(orNotFound(await store.cluster(params.clusterId)), controlPlane.now()),
    }),
    get_nodes_of_cluster: async ({ params: { clusterId } }) => {
      const nodes = await controlPlane.scheduler.nodes(clusterId);
      return { status: 200, body: { nodes: nodes.map((node) => toNodeBody(node, clusterId)) } };
    },
    getNodePools: async ({ params }, call) => ({
      status: 200,
      body: (await store.nodePools(params.clusterId, principalOf(call).tenantId)).map(toNodePoolBody),
    }),
    createNodePool: async ({ params, body }, call) => {
      const created = await store.createNodePool({
        clusterId: params.clusterId,
        name: body.name,
        labelKey: body.labelKey,
        labelValue: body.labelValue,
        placementStrategy: body.placementStrategy ?? null,
        overProvisioningRatio: body.overProvisioningRatio ?? 1,
        by: principalOf(call).name,
      });
      return { status: 201, body: toNodePoolBody(orRefuse(created)) };
    },
    get_node_pools: async (_input, call) => {
      const principal = principalOf(call);
      const clusters = await store.clusters(visibility(principal, 'nodepools'));
      const pools = await store.nodePools(undefined, principal.tenantId);
      const nodepools = clusters.flatMap((cluster) =>
        pools
          .filter(({ clusterId }) => clusterId === cluster.id)
          .map((pool) => toNodePoolOfTenantBody(pool, cluster)),
      );
      return { status: 200, body: { nodepools } };
    },
    ...policyHandlers(controlPlane),
  };
}

/** The cluster's credential may read the cluster's resources and nothing else. */
async function registerCluster(
  controlPlane: ClusterDependencies,
  body: {
    readonly name: string;
    readonly domain?: string | null | undefined;
    readonly version?: string | null | undefined;
  },
  { tenantId, name: by }: { readonly tenantId: number; readonly name: string },
) {
  const id = randomUUID();
  const { name, domain = null, version = null } = body;
  // Create the topics first: an unused topic is harmless, a cluster without one is not.
  const topic = commandsTopic(controlPlane.topicPrefix, id);
  await controlPlane.ensureTopics([topic]);
  const { nodePoolLabel } = controlPlane;
  const cluster = orRefuse(
    await controlPlane.store.createCluster({ id, tenantId, name, domain, version, nodePoolLabel, by }),
  );
  const clientSecret = controlPlane.secrets.generate();
  const clientId = `scheduler-${id}`;
  const secretHash = await controlPlane.secrets.hash(clientSecret);
  const subject = {
    id: randomUUID(),
    kind: 'app',
    tenantId,
    name: clientId,
    clientId,
    secretHash,
    createdBy: by,
  } as const;
  orRefuse(await controlPlane.access.createSubject(subject));
  const rule = {
    tenantId,
    subjectId: subject.id,
    subjectType: 'app',
    issuer: null,
    roleId: VIEWER,
    createdBy: by,
  } as const;
  orRefuse(await controlPlane.access.createRule({ ...rule, scopeType: 'cluster', scopeId: id }));
  return {
    status: 201,
    body: {
      ...toClusterBody(cluster, controlPlane.now()),
      scheduler: { clientId, clientSecret, commandsTopic: topic.name },
    },
  } as const;
}
