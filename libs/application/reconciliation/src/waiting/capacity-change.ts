import type { Verdict } from '@tessera/domain-placement';

/**
 * What may have become free: a node (anything about it changed), shares of devices, MIG instances, what every pod takes
 * (CPU, memory, extended resources, its place among the pods of a node), quota.
 */
export type CapacityKind = 'node' | 'gpu' | 'mig' | 'pod' | 'quota';

/** A change of the cluster after which something may fit that did not. */
export interface CapacityChange {
  readonly kinds: readonly CapacityKind[];
  /** The pool of the node that changed; absent where any node may have. */
  readonly node?: { readonly pool?: string };
  /** Ids of the projects and departments whose quota may be used less; absent where it may be any. */
  readonly orgUnits?: readonly string[];
}

/** A change that may help every waiting workload. */
export const ANYTHING: CapacityChange = { kinds: ['node', 'gpu', 'mig', 'pod', 'quota'] };

type FilterCode = Verdict['rejected'][number]['code'];

/** The kind of change that can turn the rejection of a node by this filter. */
const KINDS: Readonly<Record<FilterCode, CapacityKind>> = {
  NodePool: 'node',
  NodeAvoided: 'node',
  NodeRepartitioning: 'node',
  NodeUnschedulable: 'node',
  NodeType: 'node',
  NodeSelector: 'node',
  NodeAffinity: 'node',
  Taint: 'node',
  Volume: 'pod',
  PodAffinity: 'node',
  MigInvalid: 'node',
  TimeSliced: 'node',
  GpuModel: 'node',
  GpuMemoryUnknown: 'node',
  Pods: 'pod',
  Cpu: 'pod',
  Memory: 'pod',
  ExtendedResource: 'pod',
  GpuDevices: 'gpu',
  GpuShare: 'gpu',
  GpuMemory: 'gpu',
  MigPlacement: 'mig',
  Quota: 'quota',
};

/** What a replica without a place needs. */
export interface Need {
  /** Node pools that may serve it; any if empty. */
  readonly pools: readonly string[];
  /** Filters that rejected nodes. */
  readonly codes: readonly FilterCode[];
  readonly projectId: string;
  readonly departmentId: string;
}

/**
 * True if the change may let the replica fit. A node counts at the first filter that rejects it, so only what that
 * filter compares can help; capacity that has been used since cannot.
 */
export function mayHelp({ kinds, node, orgUnits }: CapacityChange, need: Need): boolean {
  // A pod that ends on any node may release a volume.
  if (kinds.includes('pod') && need.codes.includes('Volume')) return true;
  if (node !== undefined && need.pools.length > 0 && !need.pools.includes(node.pool ?? '')) return false;
  if (kinds.includes('node')) return true;
  return need.codes.some((code) => {
    const kind = KINDS[code];
    if (!kinds.includes(kind)) return false;
    return (
      kind !== 'quota' ||
      orgUnits === undefined ||
      orgUnits.some((id) => id === need.projectId || id === need.departmentId)
    );
  });
}
