import { EXAMPLES, type OperationId } from '@tessera/contracts-rest';

/** What earlier calls made, by the name of the path parameter that later ones put it into. */
export type Made = Record<string, string>;

/** One example: the call of an operation, and what later ones need of its answer. */
export interface GuideCall {
  readonly operation: OperationId;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Values of path parameters where they are not the ones that were kept. */
  readonly params?: (made: Made) => Made;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly keep?: (body: any) => Made;
}

const CLUSTER = EXAMPLES.inference.clusterId;
const PROJECT = EXAMPLES.inference.projectId;
/** A model server that a laptop can run: half a GPU, one replica. */
export const FIRST = {
  name: 'first',
  projectId: PROJECT,
  clusterId: CLUSTER,
  spec: {
    image: 'model:1',
    servingPort: { container: 8000 },
    compute: { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.5 },
  },
};
const RANGE = { start: '$START', end: '$END', numberOfSamples: '2' };
const PAGE = { limit: '2' };

/** Every operation once, in an order in which each finds what it needs. `first` runs before the first of them. */
export const CALLS: readonly GuideCall[] = [
  { operation: 'create_inference1', body: FIRST, keep: ({ workloadId }) => ({ made: workloadId }) },
  { operation: 'get_inference' },
  {
    operation: 'update_inference_spec',
    body: EXAMPLES.inferenceUpdate,
    params: ({ made = '' }) => ({ workloadId: made }),
  },
  { operation: 'delete_inference', params: ({ made = '' }) => ({ workloadId: made }) },
  { operation: 'get_inference_workload_metrics', query: { metricType: 'THROUGHPUT,LATENCY', ...RANGE } },
  { operation: 'get_inference_workload_pod_metrics', query: { metricType: 'THROUGHPUT', ...RANGE } },
  { operation: 'get_inference_workload_revisions' },
  { operation: 'count_inference_workload_revisions' },
  { operation: 'get_revision' },
  { operation: 'get_revision_pods', query: PAGE },
  { operation: 'get_revision_events', query: PAGE },
  { operation: 'get_revision_history', query: PAGE },
  {
    operation: 'get_workloads',
    query: { filterBy: 'type==Inference,phase==Running', sortBy: 'createdAt', ...PAGE },
  },
  { operation: 'get_workload' },
  { operation: 'count_workloads', query: { filterBy: 'name=@first' } },
  { operation: 'get_workloads_telemetry', query: { telemetryType: 'GPU_ALLOCATION', groupBy: 'ProjectId' } },
  {
    operation: 'get_workload_metrics',
    query: { metricType: 'GPU_ALLOCATION,RUNNING_POD_COUNT', ...RANGE },
  },
  { operation: 'list_pods', query: { ...PAGE, verbosity: 'full' } },
  { operation: 'get_workload_pods' },
  { operation: 'get_workload_pod_metrics', query: { metricType: 'GPU_MEMORY_USAGE_BYTES', ...RANGE } },
  { operation: 'get_workload_pod_logs', query: { tailLines: '1' } },
  { operation: 'get_workload_events', query: PAGE },
  { operation: 'get_workload_history', query: PAGE },
  { operation: 'get_workload_scaling', query: PAGE },
  { operation: 'get_workload_placement' },
  { operation: 'get_workload_objects' },
  {
    operation: 'get_usage',
    query: { start: '$START', end: '$END', groupBy: 'project,nodePool' },
  },
  { operation: 'get_idle_workloads', query: { minHours: '24' } },
  {
    operation: 'stream_events',
    query: { type: 'io.tessera.inference.created.v1', lastEventId: '0', follow: 'false' },
  },
  // Long before it is read: the answer then shows how the change went.
  {
    operation: 'set_mig_config',
    body: EXAMPLES.migConfig,
    params: (made) => ({ ...made, nodeName: 'h100-pool-b-1' }),
  },
  { operation: 'create_department', body: EXAMPLES.department, keep: ({ id }) => ({ departmentId: id }) },
  { operation: 'get_departments', query: PAGE },
  { operation: 'get_department' },
  { operation: 'update_department', body: EXAMPLES.departmentUpdate },
  { operation: 'create_project', body: EXAMPLES.project, keep: ({ id }) => ({ projectId: id }) },
  { operation: 'get_projects', query: { filterBy: 'name=^language' } },
  { operation: 'count_projects' },
  { operation: 'get_project' },
  { operation: 'update_project', body: EXAMPLES.projectUpdate },
  { operation: 'get_project_metrics', query: { metricType: 'GPU_QUOTA', ...RANGE } },
  { operation: 'get_department_metrics', query: { metricType: 'GPU_QUOTA', ...RANGE } },
  { operation: 'delete_project' },
  { operation: 'delete_department' },
  { operation: 'get_datavolumes' },
  { operation: 'get_datavolume' },
  {
    operation: 'create_datavolume',
    body: EXAMPLES.dataVolume,
    keep: ({ id }) => ({ datavolumeId: id }),
  },
  { operation: 'delete_datavolume' },
  { operation: 'list_credentials_assets' },
  {
    operation: 'create_access_key',
    body: EXAMPLES.credentials['access-key'],
    keep: ({ meta }) => ({ accessKeyId: meta.id }),
  },
  { operation: 'list_access_keys' },
  { operation: 'get_access_key_by_id' },
  { operation: 'delete_access_key' },
  {
    operation: 'create_password',
    body: EXAMPLES.credentials['password'],
    keep: ({ meta }) => ({ passwordId: meta.id }),
  },
  { operation: 'list_passwords' },
  { operation: 'get_password_by_id' },
  { operation: 'delete_password' },
  {
    operation: 'create_docker_registry',
    body: EXAMPLES.credentials['docker-registry'],
    keep: ({ meta }) => ({ dockerRegistryId: meta.id }),
  },
  { operation: 'list_docker_registries' },
  { operation: 'get_docker_registry_by_id' },
  { operation: 'delete_docker_registry' },
  {
    operation: 'create_generic_secret',
    body: EXAMPLES.credentials['generic-secret'],
    keep: ({ meta }) => ({ genericSecretId: meta.id }),
  },
  { operation: 'list_generic_secret' },
  { operation: 'get_generic_secret_by_id' },
  { operation: 'delete_generic_secret' },
  { operation: 'get_clusters', query: { verbosity: 'metadata' } },
  { operation: 'get_cluster_by_uuid' },
  { operation: 'get_cluster_metrics', query: { metricType: 'TOTAL_GPU,ALLOCATED_GPU', ...RANGE } },
  {
    operation: 'get_nodepool_metrics',
    query: { metricType: 'GPU_UTILIZATION,CPU_UTILIZATION', ...RANGE },
    params: (made) => ({ ...made, nodepoolName: 'default' }),
  },
  {
    operation: 'get_nodes_of_cluster',
    keep: ({ nodes }) => ({ nodeId: nodes[0].id }),
  },
  { operation: 'get_node_metrics', query: { metricType: 'GPU_ALLOCATION_PER_GPU', ...RANGE } },
  { operation: 'get_node_telemetry', query: { telemetryType: 'FREE_GPUS', groupBy: 'Nodepool' } },
  { operation: 'get_projects_telemetry', query: { telemetryType: 'GPU_QUOTA', groupBy: 'ProjectId' } },
  {
    operation: 'get_departments_telemetry',
    query: { telemetryType: 'GPU_ALLOCATION', groupBy: 'DepartmentId' },
  },
  { operation: 'createNodePool', body: EXAMPLES.nodePool },
  { operation: 'getNodePools' },
  { operation: 'get_node_pools' },
  { operation: 'create_cluster', body: EXAMPLES.cluster },
  { operation: 'overwrite_inference_policy_v2', body: EXAMPLES.inferencePolicy },
  { operation: 'get_inference_policy_v2', query: { projectId: PROJECT } },
  { operation: 'delete_inference_policy_v2', query: { projectId: PROJECT } },
  { operation: 'create_application', body: EXAMPLES.application, keep: ({ id }) => ({ appId: id }) },
  { operation: 'get_applications' },
  { operation: 'get_application_by_id' },
  { operation: 'regenerate_application_secret' },
  { operation: 'delete_application_by_id' },
  { operation: 'create_user', body: EXAMPLES.user, keep: ({ id }) => ({ userId: id }) },
  { operation: 'get_users' },
  {
    operation: 'create_access_rule',
    body: EXAMPLES.accessRule,
    keep: ({ id }) => ({ accessRuleId: String(id) }),
  },
  { operation: 'get_access_rules', query: PAGE },
  { operation: 'get_access_rule' },
  { operation: 'delete_access_rule' },
  { operation: 'delete_user_by_id' },
  { operation: 'create_serving_key', body: EXAMPLES.servingKey, keep: ({ id }) => ({ keyId: id }) },
  { operation: 'get_serving_keys', query: { projectId: PROJECT, status: 'active', ...PAGE } },
  { operation: 'get_serving_key' },
  { operation: 'change_serving_key', body: EXAMPLES.servingKeyChange },
  { operation: 'rotate_serving_key', body: EXAMPLES.servingKeyRotation },
  { operation: 'revoke_serving_key' },
  { operation: 'create_model_alias', body: EXAMPLES.modelAlias, keep: ({ id }) => ({ aliasId: id }) },
  { operation: 'get_model_aliases', query: { projectId: PROJECT, ...PAGE } },
  { operation: 'get_model_alias' },
  { operation: 'change_model_alias', body: EXAMPLES.modelAliasChange },
  { operation: 'delete_model_alias' },
  {
    operation: 'set_project_serving_limits',
    body: EXAMPLES.servingLimits,
    params: () => ({ projectId: PROJECT }),
  },
  { operation: 'get_project_serving_limits', params: () => ({ projectId: PROJECT }) },
  { operation: 'set_workload_serving_limits', body: EXAMPLES.servingLimits },
  { operation: 'get_workload_serving_limits' },
  { operation: 'get_serving_limits', query: { projectId: PROJECT, ...PAGE } },
  { operation: 'delete_workload_serving_limits' },
  { operation: 'delete_project_serving_limits', params: () => ({ projectId: PROJECT }) },
  { operation: 'get_roles' },
  { operation: 'get_role', params: () => ({ roleId: '9' }) },
  { operation: 'get_permissions' },
  { operation: 'get_mig_config', params: (made) => ({ ...made, nodeName: 'h100-pool-b-1' }) },
  { operation: 'withdraw_mig_config', params: (made) => ({ ...made, nodeName: 'h100-pool-b-1' }) },
  { operation: 'cordon_node', params: (made) => ({ ...made, nodeName: 'h100-pool-b-1' }) },
  { operation: 'uncordon_node', params: (made) => ({ ...made, nodeName: 'h100-pool-b-1' }) },
  { operation: 'simulate_placement', query: { copies: '2' }, body: FIRST },
];
