import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { ReplicaPod } from './replica';

/** A device that replicas share: the scheduler's slot on a node. Only its reservation pod knows the physical device. */
export interface DeviceGroup {
  readonly node: string;
  readonly slot: number;
}

/** A reservation pod: takes one whole device from the device plugin for the replicas of a group. */
export interface ReservationPod extends DeviceGroup {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** UUID of the device that kubelet assigned, once the program inside has reported it. */
  readonly device?: string;
  readonly phase: ReplicaPod['phase'];
  readonly terminating: boolean;
  /** Why the pod does not run. */
  readonly reason?: string;
  readonly message?: string;
  readonly createdAt: string;
  /** When this process saw it first, ms of its own clock: the clock of the cluster is never compared with it. */
  readonly seenAt?: number;
}

export const groupKey = ({ node, slot }: DeviceGroup): string => `${node}/${slot}`;

type Shares = Pick<GpuAllocation, 'node' | 'kind'> & {
  readonly devices: readonly { readonly slot: number }[];
};

/** The groups of an allocation, in its order; none for whole devices, MIG instances or no GPU. */
export const groupsOf = (allocation: Shares | undefined): readonly DeviceGroup[] =>
  allocation?.kind === 'portion' || allocation?.kind === 'memory'
    ? allocation.devices.map(({ slot }) => ({ node: allocation.node, slot }))
    : [];
