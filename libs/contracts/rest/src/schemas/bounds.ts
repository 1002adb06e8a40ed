/**
 * Most characters of a text in a request. Each limit is above that of Kubernetes, the kernel or a registry, so that
 * every runnable request is accepted, and low enough that no field alone makes a request expensive.
 */
export const LENGTH = {
  /** A quantity; longer texts are not valid quantities. */
  quantity: 64,
  /** Id of an organisation unit, a role's scope, a subject. */
  id: 255,
  /** A name that people give and read, the name of a time zone. */
  label: 128,
  /** Names of objects, keys, tools, images' parts: Kubernetes holds 253 characters of most. */
  name: 1024,
  /** Image references: a registry and path of 255 characters, a tag of 128 and a digest of 72. */
  image: 512,
  /** PATH_MAX of Linux. */
  path: 4096,
  /** Free text that people read. */
  description: 4096,
  url: 8192,
  /** A comma-separated list of group ids; Linux allows 65,536 groups, and images use a handful. */
  groups: 16_384,
  /** MAX_ARG_STRLEN of Linux: the longest variable or argument that a process can start with. */
  value: 131_072,
  /** A command line; a shell takes no longer one as its argument. */
  command: 131_072,
  /** All annotations of a Kubernetes object together. */
  annotation: 262_144,
  /** Tokens and secrets that are exchanged. */
  token: 16_384,
} as const;

/** Most items of a list in a request. */
export const ITEMS = {
  variables: 1000,
  annotations: 1000,
  labels: 500,
  /** Of replicas. Each costs the scheduler a search for its next time. */
  schedules: 20,
  /** Each port of type NodePort or LoadBalancer becomes a Service. */
  ports: 100,
  exposedUrls: 100,
  relatedUrls: 100,
  tolerations: 100,
  nodePools: 100,
  imagePullSecrets: 100,
  extendedResources: 100,
  capabilities: 100,
  /** Of each kind of storage. */
  volumes: 100,
  attributes: 100,
  /** Terms of a node affinity, expressions of a term. */
  selectors: 50,
  /** Values of one such expression. */
  selectorValues: 100,
  /** Workloads of a model alias. */
  aliasPlaces: 20,
  /** Projects or workloads of a serving key. */
  keyScope: 100,
  /** Users or groups that may call an address. */
  authorized: 1000,
  /** Node pools with quota, of a project or a department. */
  quotas: 200,
  nodeTypes: 200,
  /** Values of one list in the query, conditions of one filter. */
  query: 100,
} as const;

/**
 * Most copies that one placement simulation places; copies times replicas are bounded by the replicas of a workload.
 */
export const MAX_COPIES = 1000;

/** Limits of a whole body; the API checks them before any field. */
export const BODY = {
  /** Objects, lists, fields and items together. */
  values: 20_000,
  /** Objects and lists inside each other. */
  depth: 64,
  /** Fields that no schema names, in one spec. */
  unknownFields: 1000,
} as const;
