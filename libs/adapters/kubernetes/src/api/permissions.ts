/** Services that call the cluster; each has its own service account. */
export type ClusterRole = 'scheduler' | 'gateway';

/**
 * Where a cluster-wide right is given once the namespaces of projects are named. `reads`: what reads, in the whole
 * cluster, the rest in the named namespaces and that of reservation pods. `projects`: in the same, nothing elsewhere.
 * `reservations`: in that of reservation pods alone. `objects`: on the named Namespace objects alone, which are in no
 * namespace.
 */
export type NamedScope = 'cluster' | 'reads' | 'projects' | 'reservations' | 'objects';

/** RBAC rights on one kind of object. */
export interface Permission {
  readonly role: ClusterRole;
  /** `namespace`: only in the namespace of the service. */
  readonly scope: 'cluster' | 'namespace';
  /** For cluster-wide rights. */
  readonly named?: NamedScope;
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly why: string;
}

/**
 * Every call that the adapter makes. The connection rejects calls that are not listed, a test rejects entries that are
 * never called, and the roles of the chart are generated from it.
 */
export const PERMISSIONS: readonly Permission[] = [
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: '',
    resource: 'nodes',
    verbs: ['list', 'patch', 'watch'],
    why: 'what there is to place on; a node whose MIG geometry changes is cordoned and labelled, and one that an operator cordons',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'pods',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
    why: 'replicas with the devices they share, and what the pods of others hold',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'projects',
    apiGroup: '',
    resource: 'pods/log',
    verbs: ['get'],
    why: 'logs of replicas, for those who may read them',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'namespaces',
    verbs: ['create', 'get', 'patch'],
    why: 'the namespace of a project, whether one that is there is labelled for it, and its level of Pod Security',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'services',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'ports of a workload, and their repair',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'persistentvolumeclaims',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
    why: 'storage of a workload, and whether that of others is there',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'configmaps',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    why: 'the record of a workload that owns its objects, the devices that a replica waits for, and the configurations that mig-manager tells',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: '',
    resource: 'events',
    verbs: ['create', 'list', 'watch'],
    why: 'what kubelets say of volumes and probes, which stands in no status; how far a change of MIG geometry is',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: 'storage.k8s.io',
    resource: 'storageclasses',
    verbs: ['list', 'watch'],
    why: 'which claims can get a volume',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: '',
    resource: 'persistentvolumes',
    verbs: ['list', 'watch'],
    why: 'which nodes can mount the volume of a claim',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: '',
    resource: 'limitranges',
    verbs: ['list', 'watch'],
    why: 'the requests that replicas get by default in their namespace',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: 'node.k8s.io',
    resource: 'runtimeclasses',
    verbs: ['list', 'watch'],
    why: 'the overhead of pods that share devices',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'who may reach the pods of a project, and the ports of a workload that are open to everybody',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: 'networking.k8s.io',
    resource: 'ingresses',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'exposed URLs, by Ingress',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: 'gateway.networking.k8s.io',
    resource: 'httproutes',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'exposed URLs, by the Gateway API',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reservations',
    apiGroup: '',
    resource: 'serviceaccounts',
    verbs: ['create'],
    why: 'the account of the pods that hold shared devices',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reservations',
    apiGroup: 'rbac.authorization.k8s.io',
    resource: 'roles',
    verbs: ['create'],
    why: 'what that account may do; nobody can grant more than he may do himself',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reservations',
    apiGroup: 'rbac.authorization.k8s.io',
    resource: 'rolebindings',
    verbs: ['create'],
    why: 'gives it to that account',
  },
  {
    role: 'scheduler',
    scope: 'namespace',
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create', 'get', 'list', 'update', 'watch'],
    why: 'one scheduler per cluster, and which gateways are alive',
  },
  {
    role: 'gateway',
    scope: 'cluster',
    named: 'projects',
    apiGroup: '',
    resource: 'pods',
    verbs: ['list', 'watch'],
    why: 'where replicas listen',
  },
  {
    role: 'gateway',
    scope: 'cluster',
    named: 'projects',
    apiGroup: '',
    resource: 'configmaps',
    verbs: ['list', 'watch'],
    why: 'the owner objects of workloads, so that one without replicas is known; read by label, but RBAC cannot limit the right to labels',
  },
  {
    role: 'gateway',
    scope: 'namespace',
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create', 'delete', 'patch'],
    why: 'its own lease, by which the scheduler knows which gateways run',
  },
  {
    role: 'gateway',
    scope: 'cluster',
    named: 'objects',
    apiGroup: '',
    resource: 'namespaces',
    verbs: ['list', 'watch'],
    why: 'which project the pods of a namespace belong to',
  },
];

/** A call in terms of RBAC. */
export interface ClusterCall {
  readonly apiGroup: string;
  /** With its subresource, as in `pods/log`. */
  readonly resource: string;
  readonly verb: string;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * Converts a request to a call in terms of RBAC (Kubernetes: "Authorization", determine the request verb). The path is
 * one of an object or a list of objects below `/api/v1` or `/apis/<group>/<version>`.
 */
export function clusterCall(method: string, path: string, watch = false): ClusterCall {
  const parts = path.split('/').filter((part) => part !== '');
  const [apiGroup, ...rest] =
    parts[0] === 'api' ? ['', ...parts.slice(2)] : [parts[1] ?? '', ...parts.slice(3)];
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name, subresource] = namespaced ? rest.slice(2) : rest;
  const reads = watch ? 'watch' : name === undefined ? 'list' : 'get';
  return {
    apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    verb: VERBS[method] ?? reads,
  };
}

/** What a cluster lets everybody read (its ClusterRole `system:public-info-viewer`). */
const PUBLIC_PATH = '/version';

/** True for a call that needs no right of ours. */
export const isPublic = (method: string, path: string): boolean => method === 'GET' && path === PUBLIC_PATH;

/** True where the role's rights cover the call. */
export const isPermitted = (role: ClusterRole, { apiGroup, resource, verb }: ClusterCall): boolean =>
  PERMISSIONS.some(
    (one) =>
      one.role === role && one.apiGroup === apiGroup && one.resource === resource && one.verbs.includes(verb),
  );
