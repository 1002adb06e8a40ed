/** Names that Tessera writes on Kubernetes objects. They are a public contract: `kubectl` users select by them. */
export const LABELS = {
  /** Every object that Tessera owns carries this one with the value `tessera`. */
  managedBy: 'app.kubernetes.io/managed-by',
  workloadId: 'tessera.io/workload-id',
  workloadName: 'tessera.io/workload-name',
  project: 'tessera.io/project',
  projectId: 'tessera.io/project-id',
  departmentId: 'tessera.io/department-id',
  /** Generation of the desired state from which the object was made. */
  generation: 'tessera.io/generation',
  /** Ordinal of the replica within its workload, from 0. */
  replica: 'tessera.io/replica',
} as const;

export const ANNOTATIONS = {
  /** JSON of {@link GpuAllocation}: the devices a replica holds. The scheduler rebuilds its model from it. */
  allocation: 'tessera.io/allocation',
  /** `<ip>:<port>` of the model server where it is not `<podIP>:<servingPort>` (simulated pods). */
  servingAddress: 'tessera.io/serving-address',
  /** Container port of the model server, decimal. */
  servingPort: 'tessera.io/serving-port',
  /** Replica: why the scheduler takes it out of rotation. Gateways send it no further request; open ones finish. */
  draining: 'tessera.io/draining',
  /** Replica: how many pods of the same replica kubelet has rejected in a row before this one, decimal. */
  rejections: 'tessera.io/rejections',
  /** Service, Ingress or HTTPRoute: name of the instance in the request. */
  connection: 'tessera.io/connection',
  toolType: 'tessera.io/tool-type',
  toolName: 'tessera.io/tool-name',
  /**
   * Ingress or HTTPRoute: allowed callers, comma-separated, for an authenticating proxy; the platform does not enforce
   * them.
   */
  authorizedUsers: 'tessera.io/authorized-users',
  authorizedGroups: 'tessera.io/authorized-groups',
  /** Owner object of a workload: JSON of the request field of that name. */
  relatedUrls: 'tessera.io/related-urls',
  servingConfiguration: 'tessera.io/serving-configuration',
  autoscaling: 'tessera.io/autoscaling',
  storageNames: 'tessera.io/storage-names',
  category: 'tessera.io/category',
  preemptibility: 'tessera.io/preemptibility',
  /**
   * Namespace of a project: level and version of Pod Security that the scheduler has put on it, `<level>/<version>`.
   */
  podSecurity: 'tessera.io/pod-security',
  /** Node: JSON of the GPUs of a node, {@link NodeGpus}; set by the simulator, derived from labels elsewhere. */
  gpus: 'tessera.io/gpus',
  /** Node: name of the requested MIG configuration; set by the API or by `kubectl annotate`. */
  migConfig: 'tessera.io/mig-config',
  /** Node: JSON of {@link MigChangeAnnotation}, the state of the change; set by the scheduler. */
  migChange: 'tessera.io/mig-change',
} as const;

export const MANAGED_BY = 'tessera';

/**
 * Name of a replica's container that runs the user's image. It need not be the first one: admission policies and
 * webhooks may put containers of their own before it.
 */
export const MAIN_CONTAINER = 'main';

/** Set on a claim by the scheduler that chose the node of its first consumer (`WaitForFirstConsumer`). */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** Label keys of nodes; both are configuration of the scheduler, these are the defaults (as Run:ai names them). */
export const NODE_LABELS = {
  nodePool: 'run.ai/node-pool',
  nodeType: 'run.ai/type',
  gpuProduct: 'nvidia.com/gpu.product',
  gpuMemory: 'nvidia.com/gpu.memory',
  gpuCount: 'nvidia.com/gpu.count',
  /** In how many slices the device plugin offers each device; absent or 1 without time-slicing. */
  gpuReplicas: 'nvidia.com/gpu.replicas',
  migStrategy: 'nvidia.com/mig.strategy',
} as const;

export const GPU_RESOURCE = 'nvidia.com/gpu';
export const MIG_RESOURCE_PREFIX = 'nvidia.com/mig-';

/** Default namespace of a project, as in the reference (`runai-<project>`). */
export const namespaceOf = (projectName: string): string => `runai-${projectName}`;
