import type { QuotaRule } from '@tessera/domain-quota';
import type { NodeSelectorTermIntent, TolerationIntent } from '@tessera/domain-workload';

/**
 * The cluster as placement sees it: plain, immutable snapshots with integers only.
 * milliGpu: thousandths of one device; MiB: mebibytes; cpuMilli: thousandths of a core.
 */

export type { QuotaRule };

/** GPU request of one replica. Shares are per device. */
export type GpuRequest =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly devices: number }
  | { readonly kind: 'portion'; readonly devices: number; readonly milliGpu: number }
  | { readonly kind: 'memory'; readonly devices: number; readonly memoryMiB: number }
  | { readonly kind: 'mig'; readonly profile: string };

/** One replica to place. */
export interface ReplicaRequest {
  /** Unique key of the replica; ties are broken by it. */
  readonly id: string;
  readonly workloadId: string;
  readonly projectId: string;
  readonly departmentId: string;
  readonly gpu: GpuRequest;
  /** GPU models that may serve it; empty means any. */
  readonly gpuModels: readonly string[];
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
  /** In order of preference; empty means any pool. */
  readonly nodePools: readonly string[];
  readonly nodeType?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeAffinity: readonly NodeSelectorTermIntent[];
  readonly tolerations: readonly TolerationIntent[];
  readonly podAffinity?: { readonly type: 'Required' | 'Preferred'; readonly topologyKey: string };
  /** Volumes that not every node can mount; absent without any. */
  readonly volumes?: readonly VolumeReach[];
  /** Names of nodes that rejected such a replica and get none for a while; sorted. */
  readonly avoidedNodes?: readonly string[];
}

/** The nodes that can mount a volume of a replica. */
export interface VolumeReach {
  /** Name of its claim. */
  readonly claim: string;
  /** Name of the volume; absent while the claim is not bound. */
  readonly volume?: string;
  /**
   * Node affinity of the volume, as alternatives; empty for any node. `metadata.name` stands for the name of the node.
   */
  readonly terms: readonly NodeSelectorTermIntent[];
  /** The only nodes that may mount it now, because it is in use there; absent where its use excludes none. */
  readonly usedOn?: readonly string[];
  /** The pod that uses it alone (`ReadWriteOncePod`): no node may mount it. */
  readonly heldBy?: string;
}

/** A share of one device. `slot` is the position of the device on its node. */
export interface DeviceShare {
  readonly slot: number;
  readonly milliGpu: number;
  readonly memoryMiB: number;
  /** `strategy` is set where the device plugin offers instances as whole devices. */
  readonly mig?: { readonly profile: string; readonly start: number; readonly strategy?: 'single' };
}

/** A placed replica; what it holds is charged to the node. */
export interface PlacedReplica {
  readonly id: string;
  readonly workloadId: string;
  readonly projectId: string;
  readonly departmentId: string;
  readonly kind: GpuRequest['kind'];
  readonly devices: readonly DeviceShare[];
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/** A MIG instance of a device. */
export interface DeviceInstance {
  readonly profile: string;
  readonly start: number;
  /** Memory as the node reports it; absent means the table of profiles decides. */
  readonly memoryMiB?: number;
  /** True where it must not be used: kubelet does not offer it, or a pod outside Tessera uses it. */
  readonly unavailable?: boolean;
}

/** A physical device. A device with `mig` serves MIG instances only. */
export interface Device {
  readonly slot: number;
  readonly model: string;
  /** Total memory of the device, driver reserve included; 0 if no label states it. */
  readonly memoryMiB: number;
  /**
   * MIG instances that exist now (free or used); absent where MIG is off. Under the strategy `single` the device plugin
   * offers them as whole devices; under `mixed`, the default, by the name of their profile.
   */
  readonly mig?: {
    readonly strategy?: 'single';
    readonly instances: readonly DeviceInstance[];
  };
  /** True where the device must not be used (unhealthy, or used by a pod outside Tessera). */
  readonly unavailable?: boolean;
}

export interface ClusterNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pool?: string;
  readonly nodeType?: string;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** Cordoned, or not Ready. */
  readonly unschedulable: boolean;
  /** Its MIG geometry is changing: nothing is placed on it until the change has ended. */
  readonly repartitioning?: boolean;
  /** Its devices are unusable with their current MIG layout (product label `…-MIG-INVALID`). */
  readonly migInvalid?: boolean;
  /**
   * Its whole devices are offered in slices of time that several pods hold at once (device plugin: time-slicing, MPS):
   * `nvidia.com/gpu` counts slices there, so neither a whole device nor a share can be promised.
   */
  readonly timeSliced?: boolean;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
  /** Pods that it may run: ours, their reservation pods, and others; absent without a limit. */
  readonly pods?: number;
  readonly devices: readonly Device[];
  readonly replicas: readonly PlacedReplica[];
  /** CPU, memory and extended resources used by pods outside Tessera, and their number; none where it is absent. */
  readonly foreign?: {
    readonly cpuMilli: number;
    readonly memoryMiB: number;
    readonly extended: Readonly<Record<string, number>>;
    readonly pods?: number;
  };
}

export interface ClusterSnapshot {
  readonly nodes: readonly ClusterNode[];
  readonly quota: readonly QuotaRule[];
}

/** The verdict of one node on a request. */
export interface NodeVerdict {
  readonly node: string;
  /** Absent for a node in no pool. */
  readonly pool?: string;
  /** Replicas of the same workload on the node. */
  readonly replicas: number;
  /** Position among the nodes that fit, from 1: placement takes the first. Absent where the node is rejected. */
  readonly position?: number;
  /** The first filter that rejects the node, and what the node lacks; absent where it fits. */
  readonly code?: FilterCode;
  /** As "is in the node pool b" or "0.38 GPU free on one device, 0.5 asked". */
  readonly reason?: string;
}

/** Node and devices of a replica. */
export interface Placement {
  readonly node: string;
  readonly pool?: string;
  readonly kind: GpuRequest['kind'];
  /** Model of the devices; absent without devices, and if no label states it. */
  readonly gpuModel?: string;
  readonly devices: readonly DeviceShare[];
}

/** Codes of the filters, in the order in which they are applied. A closed list. */
export const FILTER_CODES = [
  'NodePool',
  'NodeRepartitioning',
  'NodeUnschedulable',
  'NodeType',
  'NodeSelector',
  'NodeAffinity',
  'Taint',
  'Volume',
  'PodAffinity',
  'MigInvalid',
  'TimeSliced',
  'GpuModel',
  'GpuMemoryUnknown',
  'NodeAvoided',
  'Pods',
  'Cpu',
  'Memory',
  'ExtendedResource',
  'GpuDevices',
  'GpuShare',
  'GpuMemory',
  'MigPlacement',
  'Quota',
] as const;
export type FilterCode = (typeof FILTER_CODES)[number];

/** Why a request fits on no node: the counts add up to `nodes`. */
export interface Verdict {
  readonly nodes: number;
  /** In the order of {@link FILTER_CODES}; each node is counted at the first filter that rejects it. */
  readonly rejected: readonly {
    readonly code: FilterCode;
    readonly count: number;
    readonly nodes: readonly string[];
    readonly detail: string;
  }[];
  /** "node b: 0.38 GPU free on one device, 0.5 asked". */
  readonly nearestMiss?: string;
  /** Changes that would make it fit. */
  readonly suggestions: readonly string[];
  /** One line: "0/12 nodes: 7 lack 0.5 GPU on one device, 3 are in other node pools, …". */
  readonly message: string;
}

export type Decision =
  | { readonly outcome: 'placed'; readonly placement: Placement }
  | { readonly outcome: 'unschedulable'; readonly verdict: Verdict };
