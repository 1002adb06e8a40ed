import {
  groupKey,
  hasEnded,
  type DeviceGroup,
  type ReservationPod,
} from '@tessera/application-reconciliation';
import { interned } from '@tessera/kernel';
import {
  RESERVATION,
  RESERVATION_ANNOTATIONS,
  RESERVATION_LABELS,
  LABELS,
  MANAGED_BY,
} from '@tessera/contracts-kubernetes';
import { phaseOf, trouble } from './replica-pod';
import type { PodWire } from '../api/wire';

/** Converts a pod to a reservation pod; undefined if it is none. Only pods in the reservation namespace are. */
export function toReservationPod(pod: PodWire, inNamespace: string): ReservationPod | undefined {
  const { metadata, spec } = pod;
  if (metadata.namespace !== inNamespace) return undefined;
  const labels = metadata.labels ?? {};
  if (
    labels[RESERVATION_LABELS.component] !== RESERVATION.component ||
    labels[LABELS.managedBy] !== MANAGED_BY
  )
    return undefined;
  const slot = Number(labels[RESERVATION_LABELS.slot]);
  if (spec.nodeName === undefined || !Number.isInteger(slot)) return undefined;
  const reported = metadata.annotations?.[RESERVATION_ANNOTATIONS.uuid];
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace: interned(metadata.namespace ?? 'default'),
    node: interned(spec.nodeName),
    slot,
    phase: phaseOf(pod),
    terminating: metadata.deletionTimestamp !== undefined,
    createdAt: metadata.creationTimestamp,
    ...(reported ? { device: bareUuid(reported) } : {}),
    ...trouble(pod),
  };
}

const NONE: readonly ReservationPod[] = [];

/** Reservation pods indexed by group and node. The list of a node stays the same object until one of its pods changes. */
export class ReservationPods {
  private readonly byGroup = new Map<string, ReservationPod>();
  private readonly byNode = new Map<string, readonly ReservationPod[]>();
  /** Those without a device, by group. */
  private readonly waiting = new Map<string, ReservationPod>();

  has(group: string): boolean {
    return this.byGroup.has(group);
  }

  get(group: string): ReservationPod | undefined {
    return this.byGroup.get(group);
  }

  all(): Iterable<ReservationPod> {
    return this.byGroup.values();
  }

  /** Those that hold no device: they have not reported one yet, or have ended. */
  withoutDevice(): Iterable<ReservationPod> {
    return this.waiting.values();
  }

  onNode(name: string): readonly ReservationPod[] {
    return this.byNode.get(name) ?? NONE;
  }

  /** Stores the pod of a group with the time, by our clock, at which it was seen first. */
  put(pod: ReservationPod, now: number): void {
    const group = groupKey(pod);
    const before = this.byGroup.get(group);
    const after = { ...pod, seenAt: (before?.uid === pod.uid ? before.seenAt : undefined) ?? now };
    this.byGroup.set(group, after);
    if (after.device === undefined || hasEnded(after)) this.waiting.set(group, after);
    else this.waiting.delete(group);
    this.byNode.set(pod.node, [...this.others(pod), after]);
  }

  remove(pod: DeviceGroup): void {
    const group = groupKey(pod);
    this.byGroup.delete(group);
    this.waiting.delete(group);
    const others = this.others(pod);
    if (others.length === 0) this.byNode.delete(pod.node);
    else this.byNode.set(pod.node, others);
  }

  private others({ node, slot }: DeviceGroup): readonly ReservationPod[] {
    return this.onNode(node).filter((pod) => pod.slot !== slot);
  }
}

/** A device may be reported by its CDI name, `<vendor>/<class>=<UUID>`. */
const bareUuid = (text: string): string => text.slice(text.lastIndexOf('=') + 1);
