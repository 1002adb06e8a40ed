import { type ReservationPod } from '@tessera/application-reconciliation';
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

/** Stores the reservation pod of a group with the time, by our clock, at which it was seen first. */
export function putSeen(
  pods: Map<string, ReservationPod>,
  group: string,
  pod: ReservationPod,
  now: number,
): void {
  const known = pods.get(group);
  pods.set(group, { ...pod, seenAt: (known?.uid === pod.uid ? known.seenAt : undefined) ?? now });
}

/** A device may be reported by its CDI name, `<vendor>/<class>=<UUID>`. */
const bareUuid = (text: string): string => text.slice(text.lastIndexOf('=') + 1);
