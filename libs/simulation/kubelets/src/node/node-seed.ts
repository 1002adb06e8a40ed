import type { NodeGpus } from '@tessera/contracts-kubernetes';
import type { Taint } from '@tessera/simulation-kubernetes-api/wire';

/** One GPU of a simulated node; its UUID is derived from the hardware of the node and the index. */
export interface GpuSeed {
  /** Value of `nvidia.com/gpu.product`. */
  readonly model: string;
  readonly memoryMiB: number;
  /** MIG instances on the device; absent where MIG is off. */
  readonly mig?: NonNullable<NodeGpus[number]['mig']>;
}

/** One simulated node. */
export interface NodeSeed {
  readonly name: string;
  /** Identity of its hardware, from which the UUIDs of its devices are derived; by default its name. */
  readonly hardware?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly cpu: string;
  readonly memory: string;
  readonly pods?: number;
  /** Extended resources other than GPUs. */
  readonly extended?: Readonly<Record<string, string>>;
  readonly gpus: readonly GpuSeed[];
  /** How the device plugin offers MIG instances; by default mixed where a device is partitioned, else single. */
  readonly migStrategy?: 'single' | 'mixed';
}
