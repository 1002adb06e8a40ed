import type { ClusterNode } from '@tessera/domain-placement';
import { exponentialMs } from '@tessera/kernel';
import { hasEnded, type ReplicaPod } from '../model/replica';
import { type DeviceGroup, groupKey, groupsOf, type ReservationPod } from '../model/reservation';

export interface ReservationTiming {
  /**
   * A reservation pod that has not reported its device after this time, ms, is reported as failing and its device is
   * avoided.
   */
  readonly readyMs: number;
  /**
   * How long a reservation pod that ended by itself is kept before it is replaced, ms; doubled with each consecutive
   * one of its device, up to five minutes.
   */
  readonly retryMs: number;
}

const MOST_RETRY_MS = 300_000;

/** Steps that give the replicas of one workload the devices they share. Plain data. */
export interface DevicePlan {
  /** Groups that need a reservation pod. */
  readonly reserve: readonly DeviceGroup[];
  /** Reservation pods that ended by themselves and block their successor. */
  readonly remove: readonly ReservationPod[];
  /** Replicas whose devices are all known now. */
  readonly injectDevices: readonly { readonly pod: ReplicaPod; readonly devices: readonly string[] }[];
  /**
   * Replicas that run on a device which is no longer theirs: the reservation pod has gone, or has another device since
   * a reboot.
   */
  readonly replace: readonly ReplicaPod[];
  /** Replicas whose device could not be reserved, with the reason given by the reservation pod. */
  readonly stuck: readonly { readonly pod: ReplicaPod; readonly message: string }[];
  /** When the plan changes without any event, ms since the epoch. */
  readonly reconcileAt?: number;
}

/** Devices of all groups; undefined if one of them is not known. */
export function devicesOf(
  groups: readonly DeviceGroup[],
  reservationPodOf: (group: string) => ReservationPod | undefined,
): readonly string[] | undefined {
  const devices = groups.flatMap((group) => {
    const reservationPod = reservationPodOf(groupKey(group));
    return reservationPod?.device === undefined || !isUsable(reservationPod) ? [] : [reservationPod.device];
  });
  return devices.length === groups.length ? devices : undefined;
}

/**
 * Compares replicas that share devices with the existing reservation pods. Level-triggered: the same pods and
 * reservation pods at the same time give the same plan, whatever happened before.
 */
export function planDevices(
  pods: readonly ReplicaPod[],
  reservationPodOf: (group: string) => ReservationPod | undefined,
  now: number,
  timing: ReservationTiming,
  failuresOf: (group: string) => number = () => 0,
): DevicePlan {
  const hold = new Map<string, DeviceGroup>();
  const remove = new Map<string, ReservationPod>();
  const injectDevices: { pod: ReplicaPod; devices: readonly string[] }[] = [];
  const replace: ReplicaPod[] = [];
  const stuck: { pod: ReplicaPod; message: string }[] = [];
  const times: number[] = [];
  for (const pod of pods) {
    const groups = groupsOf(pod.allocation);
    if (groups.length === 0 || pod.terminating || hasEnded(pod)) continue;
    const reservations = groups.map((group) => ({ group, reservation: reservationPodOf(groupKey(group)) }));
    const lost =
      reservations.some(
        ({ reservation: reservationPod }) => reservationPod === undefined || hasEnded(reservationPod),
      ) && pod.devices !== undefined;
    const known = devicesOf(groups, reservationPodOf);
    if (lost || (known !== undefined && pod.devices !== undefined && !same(known, pod.devices))) {
      replace.push(pod);
      continue;
    }
    if (known !== undefined) {
      if (pod.devices === undefined) injectDevices.push({ pod, devices: known });
      continue;
    }
    for (const { group, reservation: reservationPod } of reservations) {
      if (reservationPod === undefined) hold.set(groupKey(group), group);
      else if (hasEnded(reservationPod)) {
        const limits = { firstMs: timing.retryMs, maxMs: MOST_RETRY_MS };
        const delayMs = exponentialMs(failuresOf(groupKey(group)) + 1, limits);
        const retryAt = knownSince(reservationPod) + delayMs;
        if (retryAt <= now) remove.set(reservationPod.uid, reservationPod);
        else times.push(retryAt);
      } else if (reservationPod.device === undefined && !isOverdue(reservationPod, now, timing))
        times.push(knownSince(reservationPod) + timing.readyMs);
    }
    const failing = reservations.find(
      ({ reservation: reservationPod }) =>
        reservationPod !== undefined && isFailing(reservationPod, now, timing),
    );
    if (failing?.reservation !== undefined)
      stuck.push({ pod, message: failure(failing.reservation, timing) });
  }
  return {
    reserve: [...hold.values()],
    remove: [...remove.values()],
    injectDevices,
    replace,
    stuck,
    ...(times.length === 0 ? {} : { reconcileAt: Math.min(...times) }),
  };
}

/** Idle reservation pods: no replica, assumed ones included, shares their device. */
export const idleReservationPods = (
  reservationPods: Iterable<ReservationPod>,
  isShared: (group: string) => boolean,
): readonly ReservationPod[] =>
  [...reservationPods].filter(
    (reservationPod) => !reservationPod.terminating && !isShared(groupKey(reservationPod)),
  );

/** The nodes without the devices of these groups. */
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

const isUsable = (reservationPod: ReservationPod): boolean =>
  !reservationPod.terminating && !hasEnded(reservationPod);

/** By the clock of this process if the view has seen the pod, else by the creation time that the cluster reports. */
const knownSince = ({ seenAt, createdAt }: ReservationPod): number => seenAt ?? Date.parse(createdAt);

const isOverdue = (reservationPod: ReservationPod, now: number, { readyMs }: ReservationTiming): boolean =>
  now - knownSince(reservationPod) >= readyMs;

/**
 * True if the device cannot be reserved: the reservation pod ended by itself or has not reported its device in time.
 */
export const isFailing = (reservationPod: ReservationPod, now: number, timing: ReservationTiming): boolean =>
  hasEnded(reservationPod) ||
  (reservationPod.device === undefined &&
    !reservationPod.terminating &&
    isOverdue(reservationPod, now, timing));

function failure(
  { name, namespace, node, phase, reason, message }: ReservationPod,
  { readyMs }: ReservationTiming,
): string {
  const own =
    reason === undefined ? `it is ${phase}` : `${reason}${message === undefined ? '' : `: ${message}`}`;
  const late = phase === 'Failed' || phase === 'Succeeded' ? '' : ` within ${readyMs / 1000} s`;
  return `could not reserve a GPU on ${node}${late}: reservation pod ${namespace}/${name} reports ${own}`;
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);
