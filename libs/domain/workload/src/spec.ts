/** Every field may be absent or null; both mean that it was not given. */
export type Given<T> = T | null | undefined;
/** Items may be null as well; they keep their place, so that field paths stay right. */
export type Items<T> = Given<readonly Given<T>[]>;
type Fields<T> = { readonly [K in keyof T]?: Given<T[K]> };

/**
 * What a workload asks for, in the words of the product: level 2.18 of the API and the fields that later releases added.
 * Quantities stay text as they were given; see {@link WorkloadIntent} for what they mean.
 */
export type InferenceSpec = Fields<{
  image: string;
  command: string;
  args: string;
  imagePullPolicy: 'Always' | 'Never' | 'IfNotPresent';
  workingDir: string;
  createHomeDir: boolean;
  probes: Fields<{ readiness: ReadinessProbe }>;
  nodeType: string;
  nodePools: Items<string>;
  podAffinity: Fields<{ type: 'Required' | 'Preferred'; key: string }>;
  nodeAffinityRequired: Fields<{ nodeSelectorTerms: Items<NodeSelectorTerm> }>;
  environmentVariables: Items<EnvironmentVariable>;
  annotations: Items<NamedValue>;
  labels: Items<NamedValue>;
  tolerations: Items<Toleration>;
  ports: Items<Port>;
  exposedUrls: Items<ExposedUrl>;
  relatedUrls: Items<Fields<{ url: string; type: string; name: string; exclude: boolean }>>;
  compute: Compute;
  storage: Storage;
  security: Security;
  servingPort: ServingPort;
  servingConfiguration: Fields<{
    initializationTimeoutSeconds: number;
    requestTimeoutSeconds: number;
    tessera: Fields<{ sessionCookie: boolean; prefixAffinity: boolean }>;
  }>;
  autoscaling: Autoscaling;
  category: string;
  priorityClass: string;
  preemptibility: 'preemptible' | 'non-preemptible';
  imagePullSecrets: Items<Fields<{ name: string; userCredential: boolean; exclude: boolean }>>;
}>;

export type ReadinessProbe = Fields<{
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  successThreshold: number;
  failureThreshold: number;
  handler: Fields<{
    httpGet: Fields<{ path: string; port: number; host: string; scheme: 'HTTP' | 'HTTPS' }>;
  }>;
}>;

export type NodeSelectorTerm = Fields<{
  matchExpressions: Items<
    Fields<{
      key: string;
      operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
      values: readonly string[];
    }>
  >;
}>;

/** A key of a named object. */
export type KeyOf = Fields<{ name: string; key: string }>;

export type EnvironmentVariable = Fields<{
  name: string;
  value: string;
  secret: KeyOf;
  configMap: KeyOf;
  podFieldRef: Fields<{ path: string }>;
  userCredential: KeyOf;
  exclude: boolean;
  description: string;
}>;

/** `exclude` drops an item that a policy default put in. */
export type NamedValue = Fields<{ name: string; value: string; exclude: boolean }>;

export type Toleration = Fields<{
  name: string;
  operator: 'Equal' | 'Exists';
  key: string;
  value: string;
  effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule' | 'Any';
  seconds: number;
  exclude: boolean;
}>;

export type Port = Fields<{
  container: number;
  serviceType: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  external: number;
  toolType: string;
  toolName: string;
  name: string;
  exclude: boolean;
}>;

export type ExposedUrl = Fields<{
  container: number;
  url: string;
  authorizationType: 'authenticatedUsers' | 'authorizedUsers' | 'authorizedGroups';
  authorizedUsers: readonly string[];
  authorizedGroups: readonly string[];
  toolType: string;
  toolName: string;
  name: string;
  exclude: boolean;
}>;

export type Compute = Fields<{
  gpuDevicesRequest: number;
  gpuRequestType: 'portion' | 'memory' | 'migProfile';
  gpuPortionRequest: number;
  gpuPortionLimit: number;
  gpuMemoryRequest: string;
  gpuMemoryLimit: string;
  migProfile: string;
  cpuCoreRequest: number;
  cpuCoreLimit: number;
  cpuMemoryRequest: string;
  cpuMemoryLimit: string;
  largeShmRequest: boolean;
  extendedResources: Items<Fields<{ resource: string; quantity: string; exclude: boolean }>>;
}>;

export type Storage = Fields<{
  dataVolume: Items<Fields<{ id: string; mountPath: string; exclude: boolean }>>;
  pvc: Items<Claim>;
  git: Items<GitSource>;
  configMapVolume: Items<Fields<{ configMap: string; exclude: boolean } & ObjectMount>>;
  secretVolume: Items<Fields<{ secret: string; exclude: boolean } & ObjectMount>>;
  nfs: Items<
    Fields<{
      server: string;
      path: string;
      mountPath: string;
      readOnly: boolean;
      name: string;
      exclude: boolean;
    }>
  >;
  hostPath: Items<HostPath>;
  emptyDirVolume: Items<
    Fields<{ path: string; medium: string; sizeLimit: string; name: string; exclude: boolean }>
  >;
}>;

interface ObjectMount {
  readonly mountPath: string;
  readonly subPath: string;
  readonly defaultMode: string;
  readonly name: string;
}

export type HostPath = Fields<{
  path: string;
  mountPath: string;
  readOnly: boolean;
  mountPropagation: 'None' | 'HostToContainer';
  name: string;
  exclude: boolean;
}>;

export type Claim = Fields<{
  name: string;
  existingPvc: boolean;
  claimName: string;
  path: string;
  readOnly: boolean;
  ephemeral: boolean;
  claimInfo: Fields<{
    size: string;
    storageClass: string;
    accessModes: Fields<{ readWriteOnce: boolean; readOnlyMany: boolean; readWriteMany: boolean }>;
    volumeMode: 'Filesystem' | 'Block';
    addedAttrValues: Items<Fields<{ key: string; value: string }>>;
  }>;
  exclude: boolean;
}>;

export type GitSource = Fields<{
  name: string;
  repository: string;
  branch: string;
  revision: string;
  path: string;
  passwordSecret: string;
  secretKeyOfUser: string;
  secretKeyOfPassword: string;
  secretRef: Fields<{
    name: string;
    authenticationMethod: 'password' | 'ssh-key';
    secretKeyOfUser: string;
    secretKeyOfPassword: string;
  }>;
  exclude: boolean;
}>;

export type Security = Fields<{
  uidGidSource: 'fromTheImage' | 'fromIdpToken' | 'custom';
  capabilities: readonly string[];
  seccompProfileType: 'RuntimeDefault' | 'Unconfined' | 'Localhost';
  runAsNonRoot: boolean;
  readOnlyRootFilesystem: boolean;
  runAsUid: number;
  runAsGid: number;
  supplementalGroups: string;
}>;

export type ServingPort = Fields<{
  container: number;
  protocol: 'http' | 'grpc';
  authorizationType:
    'public' | 'authenticatedUsers' | 'authorizedUsers' | 'authorizedGroups' | 'authorizedUsersOrGroups';
  authorizedUsers: readonly string[];
  authorizedGroups: readonly string[];
  clusterLocalAccessOnly: boolean;
  exposedUrl: string;
  tessera: Fields<{ forwardToken: boolean }>;
}>;

export type Autoscaling = Fields<{
  minReplicas: number;
  maxReplicas: number;
  metric: string;
  metricThreshold: number;
  metricThresholdPercentage: number;
  scaleToZeroRetentionSeconds: number;
  initialReplicas: number;
  activationReplicas: number;
  concurrencyHardLimit: number;
  scaleDownDelaySeconds: number;
  initializationTimeoutSeconds: number;
  /** Fields of Tessera's own, which other servers of this API do not know. */
  tessera: Fields<{ keepAlive: 'fixed' | 'adaptive'; schedules: Items<ScheduleSpec> }>;
}>;

export type ScheduleSpec = Fields<{
  name: string;
  start: string;
  end: string;
  durationSeconds: number;
  timeZone: string;
  minReplicas: number;
  maxReplicas: number;
}>;
