import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { ClusterNode } from '@tessera/domain-placement';
import { hasEnded, type ReplicaPod } from './model';

/** A device that replicas share: the scheduler's slot on a node. Which physical device it is, only its holder knows. */
export interface DeviceGroup {
  readonly node: string;
  readonly slot: number;
}

/** A pod that takes one whole device of the device plugin for the replicas of a group. */
export interface Holder extends DeviceGroup {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** UUID of the device that kubelet gave it, once the program inside has told. */
  readonly device?: string;
  readonly phase: ReplicaPod['phase'];
  readonly terminating: boolean;
  /** Why it does not run. */
  readonly reason?: string;
  readonly message?: string;
  readonly createdAt: string;
}

export interface HolderTiming {
  /** A holder that has not told its device after this time, ms, is reported and its device avoided. */
  readonly readyMs: number;
  /** How long a holder that ended by itself is kept before another one is tried, ms. */
  readonly retryMs: number;
}

/** What has to happen so that the replicas of one workload have the devices they share. Plain data. */
export interface DevicePlan {
  /** Groups that need a holder. */
  readonly hold: readonly DeviceGroup[];
  /** Holders that ended by themselves and stand in the way of the next one. */
  readonly remove: readonly Holder[];
  /** Replicas whose devices are all known now. */
  readonly handOver: readonly { readonly pod: ReplicaPod; readonly devices: readonly string[] }[];
  /** Replicas that run on a device which is no longer theirs: holder gone, or another device since a reboot. */
  readonly replace: readonly ReplicaPod[];
  /** Replicas whose device could not be had, and why, in the words of the holder. */
  readonly stuck: readonly { readonly pod: ReplicaPod; readonly message: string }[];
  /** When time alone changes the answer, ms since the epoch. */
  readonly lookAgainAt?: number;
}

export const groupKey = ({ node, slot }: DeviceGroup): string => `${node}/${slot}`;

type Shares = Pick<GpuAllocation, 'node' | 'kind'> & {
  readonly devices: readonly { readonly slot: number }[];
};

/** The groups that an allocation belongs to, in its order; none for whole devices, MIG instances and no GPU. */
export const groupsOf = (allocation: Shares | undefined): readonly DeviceGroup[] =>
  allocation?.kind === 'portion' || allocation?.kind === 'memory'
    ? allocation.devices.map(({ slot }) => ({ node: allocation.node, slot }))
    : [];

/** Devices of all groups; undefined while one of them is not known. */
export function devicesOf(
  groups: readonly DeviceGroup[],
  holderOf: (group: string) => Holder | undefined,
): readonly string[] | undefined {
  const devices = groups.flatMap((group) => {
    const holder = holderOf(groupKey(group));
    return holder?.device === undefined || !isUsable(holder) ? [] : [holder.device];
  });
  return devices.length === groups.length ? devices : undefined;
}

/**
 * Compares replicas that share devices with the holders there are. Level-triggered: the same pods and holders at the same
 * time give the same plan, whatever happened before.
 */
export function planDevices(
  pods: readonly ReplicaPod[],
  holderOf: (group: string) => Holder | undefined,
  now: number,
  timing: HolderTiming,
): DevicePlan {
  const hold = new Map<string, DeviceGroup>();
  const remove = new Map<string, Holder>();
  const handOver: { pod: ReplicaPod; devices: readonly string[] }[] = [];
  const replace: ReplicaPod[] = [];
  const stuck: { pod: ReplicaPod; message: string }[] = [];
  const times: number[] = [];
  for (const pod of pods) {
    const groups = groupsOf(pod.allocation);
    if (groups.length === 0 || pod.terminating || hasEnded(pod)) continue;
    const standings = groups.map((group) => ({ group, holder: holderOf(groupKey(group)) }));
    const lost =
      standings.some(({ holder }) => holder === undefined || hasEnded(holder)) && pod.devices !== undefined;
    const known = devicesOf(groups, holderOf);
    if (lost || (known !== undefined && pod.devices !== undefined && !same(known, pod.devices))) {
      replace.push(pod);
      continue;
    }
    if (known !== undefined) {
      if (pod.devices === undefined) handOver.push({ pod, devices: known });
      continue;
    }
    for (const { group, holder } of standings) {
      if (holder === undefined) hold.set(groupKey(group), group);
      else if (hasEnded(holder)) {
        const retryAt = Date.parse(holder.createdAt) + timing.retryMs;
        if (retryAt <= now) remove.set(holder.uid, holder);
        else times.push(retryAt);
      } else if (holder.device === undefined && !isOverdue(holder, now, timing))
        times.push(Date.parse(holder.createdAt) + timing.readyMs);
    }
    const failing = standings.find(({ holder }) => holder !== undefined && isFailing(holder, now, timing));
    if (failing?.holder !== undefined) stuck.push({ pod, message: failure(failing.holder, timing) });
  }
  return {
    hold: [...hold.values()],
    remove: [...remove.values()],
    handOver,
    replace,
    stuck,
    ...(times.length === 0 ? {} : { lookAgainAt: Math.min(...times) }),
  };
}

/** Holders that nobody needs: no replica shares their device, promised ones included. */
export const idleHolders = (
  holders: Iterable<Holder>,
  isShared: (group: string) => boolean,
): readonly Holder[] => [...holders].filter((holder) => !holder.terminating && !isShared(groupKey(holder)));

/** The nodes with the devices of these groups left out. */
export function withoutGroups(
  nodes: readonly ClusterNode[],
  groups: ReadonlySet<string>,
): readonly ClusterNode[] {
  if (groups.size === 0) return nodes;
  return nodes.map((node) => {
    const isOut = (slot: number): boolean => groups.has(groupKey({ node: node.name, slot }));
    return node.devices.some(({ slot }) => isOut(slot))
      ? {
          ...node,
          devices: node.devices.map((device) =>
            isOut(device.slot) ? { ...device, unavailable: true } : device,
          ),
        }
      : node;
  });
}

const isUsable = (holder: Holder): boolean => !holder.terminating && !hasEnded(holder);

const isOverdue = (holder: Holder, now: number, { readyMs }: HolderTiming): boolean =>
  now - Date.parse(holder.createdAt) >= readyMs;

/** True where the device cannot be had: the holder ended by itself, or has not told its device in time. */
export const isFailing = (holder: Holder, now: number, timing: HolderTiming): boolean =>
  hasEnded(holder) || (holder.device === undefined && !holder.terminating && isOverdue(holder, now, timing));

function failure(
  { name, namespace, node, phase, reason, message }: Holder,
  { readyMs }: HolderTiming,
): string {
  const own =
    reason === undefined ? `it is ${phase}` : `${reason}${message === undefined ? '' : `: ${message}`}`;
  const late = phase === 'Failed' || phase === 'Succeeded' ? '' : ` within ${readyMs / 1000} s`;
  return `no GPU of ${node} could be reserved${late}: the pod ${namespace}/${name} that holds it says ${own}`;
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);
