/** One kind that the API serves. */
export interface ResourceKind {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Whether `/status` exists; the main resource then leaves `status` alone. */
  readonly status: boolean;
  /** Subresources beyond `status`. */
  readonly subresources: readonly Subresource[];
  /** Key of the collection that holds the objects; the two event groups share one. */
  readonly storage: string;
  /** Defined by a CustomResourceDefinition. */
  readonly custom: boolean;
}

/** A subresource with a kind of its own; `log` and the like are plain GETs. */
export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
}

type Options = Partial<
  Pick<
    ResourceKind,
    'shortNames' | 'categories' | 'namespaced' | 'status' | 'subresources' | 'storage' | 'singular' | 'custom'
  >
>;

function resource(apiVersion: string, kind: string, plural: string, options: Options = {}): ResourceKind {
  const [group, version] = apiVersion.includes('/')
    ? (apiVersion.split('/') as [string, string])
    : ['', apiVersion];
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    status: false,
    subresources: [],
    storage: group === '' ? plural : `${plural}.${group}`,
    custom: false,
    ...options,
  };
}

const POD_SUBRESOURCES: readonly Subresource[] = [
  { name: 'binding', kind: 'Binding', group: '', version: 'v1', verbs: ['create'] },
  { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
  { name: 'log', kind: 'Pod', group: '', version: 'v1', verbs: ['get'] },
];

/** Every kind of the simulated API, in the order of discovery. */
export const RESOURCES: readonly ResourceKind[] = [
  resource('v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  resource('v1', 'Endpoints', 'endpoints', { shortNames: ['ep'] }),
  resource('v1', 'Event', 'events', { shortNames: ['ev'] }),
  resource('v1', 'LimitRange', 'limitranges', { shortNames: ['limits'] }),
  resource('v1', 'Namespace', 'namespaces', {
    shortNames: ['ns'],
    namespaced: false,
    status: true,
    subresources: [{ name: 'finalize', kind: 'Namespace', group: '', version: 'v1', verbs: ['update'] }],
  }),
  resource('v1', 'Node', 'nodes', { shortNames: ['no'], namespaced: false, status: true }),
  resource('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', { shortNames: ['pvc'], status: true }),
  resource('v1', 'PersistentVolume', 'persistentvolumes', {
    shortNames: ['pv'],
    namespaced: false,
    status: true,
  }),
  resource('v1', 'Pod', 'pods', {
    shortNames: ['po'],
    categories: ['all'],
    status: true,
    subresources: POD_SUBRESOURCES,
  }),
  resource('v1', 'Secret', 'secrets'),
  resource('v1', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] }),
  resource('v1', 'Service', 'services', { shortNames: ['svc'], categories: ['all'], status: true }),
  resource('apps/v1', 'Deployment', 'deployments', {
    shortNames: ['deploy'],
    categories: ['all'],
    status: true,
  }),
  resource('apps/v1', 'ReplicaSet', 'replicasets', { shortNames: ['rs'], categories: ['all'], status: true }),
  resource('coordination.k8s.io/v1', 'Lease', 'leases'),
  resource('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  resource('events.k8s.io/v1', 'Event', 'events', { shortNames: ['ev'], storage: 'events' }),
  resource('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes', { status: true, custom: true }),
  resource('networking.k8s.io/v1', 'Ingress', 'ingresses', { shortNames: ['ing'], status: true }),
  resource('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', { shortNames: ['netpol'] }),
  resource('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', { namespaced: false }),
  resource('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', { shortNames: ['pdb'], status: true }),
  resource('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  resource('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  resource('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', {
    shortNames: ['pc'],
    namespaced: false,
  }),
  resource('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { shortNames: ['sc'], namespaced: false }),
];

/** `v1` or `group/version`. */
export const apiVersionOf = ({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string => (group === '' ? version : `${group}/${version}`);

const BY_PATH = new Map(
  RESOURCES.map((resource) => [`${apiVersionOf(resource)}/${resource.plural}`, resource]),
);
export const resourceAt = (apiVersion: string, plural: string): ResourceKind | undefined =>
  BY_PATH.get(`${apiVersion}/${plural}`);

/** The resource with this plural in the core or a named group; throws for an unknown one. */
export function knownResource(plural: string, group = ''): ResourceKind {
  const found = RESOURCES.find((resource) => resource.plural === plural && resource.group === group);
  if (found === undefined) throw new Error(`No resource ${plural} in group "${group}"`);
  return found;
}
