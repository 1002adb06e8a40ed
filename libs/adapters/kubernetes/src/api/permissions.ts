/** Services that call the cluster; each has its own service account. */
export type ClusterRole = 'scheduler' | 'gateway';

/**
 * Where a cluster-wide right is granted once the namespaces of projects are named. `reads`: read verbs in the whole
 * cluster, all others in the named namespaces and that of reservation pods. `projects`: in the named namespaces and
 * that of reservation pods only. `reservations`: in that of reservation pods only. `objects`: on the named Namespace
 * objects only, which are in no namespace.
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
    why: 'reads the nodes to place on; cordons and labels nodes for MIG changes and for operators',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'pods',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
    why: 'writes replicas with their shared devices; reads the resources that other pods hold',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'projects',
    apiGroup: '',
    resource: 'pods/log',
    verbs: ['get'],
    why: 'reads logs of replicas for permitted callers of the API',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'namespaces',
    verbs: ['create', 'get', 'patch'],
    why: 'creates namespaces of projects, checks the labels of existing ones, sets their Pod Security level',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'services',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'creates and repairs Services of workloads',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'persistentvolumeclaims',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
    why: 'creates claims of workloads; reads existing claims that they mount',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: '',
    resource: 'configmaps',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    why: 'writes owner objects and the device lists of replicas; reads the configurations of mig-manager',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: '',
    resource: 'events',
    verbs: ['create', 'list', 'watch'],
    why: 'reads warnings of kubelets about volumes and probes, which no status contains; reports steps of MIG changes',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: 'storage.k8s.io',
    resource: 'storageclasses',
    verbs: ['list', 'watch'],
    why: 'reads which claims can get a volume',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: '',
    resource: 'persistentvolumes',
    verbs: ['list', 'watch'],
    why: 'reads which nodes can mount the volume of a claim',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: '',
    resource: 'limitranges',
    verbs: ['list', 'watch'],
    why: 'reads the default requests of replicas in their namespace',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'cluster',
    apiGroup: 'node.k8s.io',
    resource: 'runtimeclasses',
    verbs: ['list', 'watch'],
    why: 'reads the overhead of pods that share devices',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'limits the traffic to and from the pods of a project; opens external ports of workloads',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: 'networking.k8s.io',
    resource: 'ingresses',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'exposes URLs by Ingress',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reads',
    apiGroup: 'gateway.networking.k8s.io',
    resource: 'httproutes',
    verbs: ['create', 'delete', 'list', 'patch', 'watch'],
    why: 'exposes URLs by the Gateway API',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reservations',
    apiGroup: '',
    resource: 'serviceaccounts',
    verbs: ['create'],
    why: 'creates the account of reservation pods',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reservations',
    apiGroup: 'rbac.authorization.k8s.io',
    resource: 'roles',
    verbs: ['create'],
    why: 'creates the role of that account; RBAC allows no role with more rights than its creator has',
  },
  {
    role: 'scheduler',
    scope: 'cluster',
    named: 'reservations',
    apiGroup: 'rbac.authorization.k8s.io',
    resource: 'rolebindings',
    verbs: ['create'],
    why: 'binds that role to the account',
  },
  {
    role: 'scheduler',
    scope: 'namespace',
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create', 'get', 'list', 'update', 'watch'],
    why: 'elects one leading scheduler per cluster; reads which gateways are alive',
  },
  {
    role: 'gateway',
    scope: 'cluster',
    named: 'projects',
    apiGroup: '',
    resource: 'pods',
    verbs: ['list', 'watch'],
    why: 'reads the addresses of replicas',
  },
  {
    role: 'gateway',
    scope: 'cluster',
    named: 'projects',
    apiGroup: '',
    resource: 'configmaps',
    verbs: ['list', 'watch'],
    why: 'reads owner objects, so that workloads without replicas are known; selected by label, but RBAC cannot limit a right to labels',
  },
  {
    role: 'gateway',
    scope: 'namespace',
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create', 'delete', 'patch'],
    why: 'renews its own lease, by which the scheduler knows which gateways run',
  },
  {
    role: 'gateway',
    scope: 'cluster',
    named: 'objects',
    apiGroup: '',
    resource: 'namespaces',
    verbs: ['list', 'watch'],
    why: 'reads the project of the pods of a namespace',
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
