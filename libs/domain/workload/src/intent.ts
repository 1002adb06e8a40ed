import type { ServingAccess } from './access/serving-access';

/**
 * The compiled request of a workload, with the tolerances of the API applied: the input of placement and of Kubernetes
 * objects. Integers only: milli-CPU, MiB, milli-GPU. Its names are independent of the wire format.
 */
export interface WorkloadIntent {
  readonly container: ContainerIntent;
  readonly placement: PlacementIntent;
  readonly resources: ResourceIntent;
  readonly metadata: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly network: NetworkIntent;
  readonly storage: StorageIntent;
  readonly security: SecurityIntent;
  readonly scaling: ScalingIntent;
  readonly imagePullSecrets: readonly string[];
  readonly priorityClass?: string;
  /** Absent means what the priority class implies; inference is non-preemptible by default. */
  readonly preemptible?: boolean;
  readonly category?: string;
}

export interface ContainerIntent {
  readonly image: string;
  readonly imagePullPolicy?: 'Always' | 'Never' | 'IfNotPresent';
  /** Split into words as a shell does. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly createHomeDir: boolean;
  readonly readiness?: ReadinessIntent;
  readonly env: readonly EnvIntent[];
}

export interface ReadinessIntent {
  readonly path: string;
  readonly port: number;
  readonly host?: string;
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

export type EnvIntent = { readonly name: string } & (
  | { readonly from: 'value'; readonly value: string }
  | { readonly from: 'secret' | 'configMap'; readonly object: string; readonly key: string }
  | { readonly from: 'podField'; readonly path: string }
);

export interface PlacementIntent {
  readonly nodeType?: string;
  /** In order of preference; empty means the project's default list. */
  readonly nodePools: readonly string[];
  readonly podAffinity?: { readonly type: 'Required' | 'Preferred'; readonly topologyKey: string };
  readonly tolerations: readonly TolerationIntent[];
  readonly nodeAffinity: readonly NodeSelectorTermIntent[];
}

export interface TolerationIntent {
  readonly key?: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  /** Absent means any effect. */
  readonly effect?: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule';
  readonly seconds?: number;
}

/** Terms are alternatives; the expressions of one term must all hold. */
export interface NodeSelectorTermIntent {
  readonly expressions: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
    readonly values: readonly string[];
  }[];
}

/** GPU request of one replica. Shares are per device. */
export type GpuIntent =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly devices: number }
  | {
      readonly kind: 'portion';
      readonly devices: number;
      readonly milliGpu: number;
      readonly limitMilliGpu?: number;
    }
  | {
      readonly kind: 'memory';
      readonly devices: number;
      readonly memoryMiB: number;
      readonly limitMemoryMiB?: number;
    }
  | { readonly kind: 'mig'; readonly profile: string };

export interface ResourceIntent {
  readonly gpu: GpuIntent;
  readonly cpuMilli: number;
  readonly cpuLimitMilli?: number;
  readonly memoryMiB: number;
  readonly memoryLimitMiB?: number;
  readonly largeShm: boolean;
  /** Extended resource name → integer count. */
  readonly extended: Readonly<Record<string, number>>;
}

export interface NetworkIntent {
  readonly servingPort?: {
    readonly container: number;
    readonly protocol: 'http' | 'grpc';
    /** Who may call the endpoint; absent means everybody. */
    readonly access?: Exclude<ServingAccess, 'public'>;
    /** The endpoint is reached from inside the cluster only. */
    readonly clusterLocalOnly?: boolean;
    /** Another address of the endpoint, where URLs lead through the gateway. */
    readonly exposedUrl?: string;
  };
  /** Longest time a replica may take to become ready, ms. */
  readonly initializationTimeoutMs?: number;
  /** Longest time one request may take, ms. */
  readonly requestTimeoutMs?: number;
  readonly ports: readonly {
    readonly name: string;
    readonly container: number;
    readonly serviceType: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
    readonly external?: number;
    readonly toolType?: string;
    readonly toolName?: string;
  }[];
  readonly exposedUrls: readonly {
    readonly name: string;
    readonly container: number;
    /** Who may call it, where it leads through the gateway; absent means everybody. */
    readonly access?: Exclude<ServingAccess, 'public'>;
    readonly url?: string;
    readonly authorizedUsers: readonly string[];
    readonly authorizedGroups: readonly string[];
    readonly toolType?: string;
    readonly toolName?: string;
  }[];
}

/** One volume and where it is mounted. Volume names are generated and unique within the workload. */
export type VolumeIntent = {
  readonly volumeName: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
} & (
  | {
      readonly kind: 'dataVolume';
      readonly id: string;
      /** Name of its PersistentVolumeClaim. */
      readonly claim: string;
    }
  | {
      readonly kind: 'pvc';
      /** Absent means generated from the workload's name. */
      readonly claimName?: string;
      readonly existing: boolean;
      readonly ephemeral: boolean;
      readonly sizeMiB?: number;
      readonly storageClass?: string;
      readonly accessModes: readonly ('ReadWriteOnce' | 'ReadOnlyMany' | 'ReadWriteMany')[];
      readonly block: boolean;
    }
  | {
      readonly kind: 'configMap' | 'secret';
      readonly object: string;
      readonly subPath?: string;
      readonly defaultMode?: number;
    }
  | {
      readonly kind: 'git';
      readonly repository: string;
      readonly branch?: string;
      readonly revision?: string;
      readonly secret?: string;
      readonly userKey: string;
      readonly passwordKey: string;
      /** The secret holds an SSH key instead of a user and a password. */
      readonly sshKey?: boolean;
    }
  | { readonly kind: 'nfs'; readonly server: string; readonly path: string }
  | { readonly kind: 'hostPath'; readonly path: string; readonly propagation?: 'None' | 'HostToContainer' }
  | { readonly kind: 'emptyDir'; readonly medium?: 'Memory'; readonly sizeMiB?: number }
);

export interface StorageIntent {
  readonly volumes: readonly VolumeIntent[];
}

export interface SecurityIntent {
  readonly capabilities: readonly string[];
  readonly seccompProfile?: 'RuntimeDefault' | 'Unconfined' | 'Localhost';
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsUid?: number;
  readonly runAsGid?: number;
  readonly supplementalGroups?: readonly number[];
}

export interface ScalingIntent {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Replicas to start with: `initialReplicas`, else `minReplicas`, at least 1 unless 0 was requested. */
  readonly initialReplicas: number;
  /** `activity` is network activity, the (0,1) case. */
  readonly metric?:
    | {
        readonly name: string;
        readonly threshold: number;
        /** Share of the threshold to aim at, in percent; throughput and concurrency only. */
        readonly targetPercent?: number;
      }
    | 'activity';
  readonly scaleToZeroRetentionMs: number;
  /** Replicas to start when the workload wakes from zero; absent means 1. */
  readonly activationReplicas?: number;
  /** Most concurrent requests per replica; absent means no limit. */
  readonly concurrencyHardLimit?: number;
  readonly scaleDownDelayMs?: number;
  /** How long to keep the last replica is learned from the idle times; absent means the retention alone decides. */
  readonly keepAlive?: 'adaptive';
  /** Absent where there is none. */
  readonly schedules?: readonly ReplicaSchedule[];
}

/** Bounds of the number of replicas that hold for a time, repeatedly. */
export interface ReplicaSchedule {
  /** For conditions and events. */
  readonly name: string;
  /** Cron expression of its starts, five fields. */
  readonly start: string;
  /** What ends it: the first time of this cron expression after a start, or a time after it, ms. */
  readonly until: { readonly end: string } | { readonly afterMs: number };
  /** Name in the IANA time zone database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** Replace those of the workload while the schedule is active. */
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
}

/** A field that the API accepted and the compiler ignored; reported as a workload event. */
export interface IgnoredField {
  /** Path in the request body, such as `spec.compute.gpuMemoryRequest`. */
  readonly field: string;
  readonly reason: string;
  /**
   * A request with it is refused today: the spec was accepted earlier, or the cluster enforces more than its API knows.
   */
  readonly refused?: true;
}
