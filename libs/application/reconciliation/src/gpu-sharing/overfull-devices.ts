import { compare } from '@tessera/kernel';
import { isAssumed } from '../rollout/assumed-replica';
import { hasEnded, type ReplicaPod } from '../model/replica';
import { groupKey, type ReservationPod } from '../model/reservation';

/** Reason of a replica that is ended because its device was given away more than once. */
export const DEVICE_OVERFULL = 'DeviceOverfull';

/** Thousandths of a device. */
const WHOLE_MILLI = 1000;

/** A replica that has to end, so that its device holds no more than it has. */
export interface OverfullReplica {
  readonly pod: ReplicaPod;
  readonly node: string;
  readonly slot: number;
  readonly message: string;
}

/** Memory of a device, MiB; 0 or undefined where it is not known. */
export type MemoryOf = (slot: number) => number | undefined;

type Share = NonNullable<ReplicaPod['allocation']>['devices'][number];
interface Holding {
  readonly pod: ReplicaPod;
  readonly share: Share;
}

/**
 * The replicas of a node that have to end, because together they hold more of a device than there is: the youngest, by
 * creation and then by uid, until the others fit. Replicas that end already and those whose pods do not exist yet do not
 * count: what remains has to fit. Pure.
 */
export function overfullReplicas(
  node: string,
  pods: readonly ReplicaPod[],
  memoryOf: MemoryOf,
): readonly OverfullReplica[] {
  const found = new Map<ReplicaPod, OverfullReplica>();
  for (const [slot, holding] of holdingBySlot(pods)) {
    for (;;) {
      const left = holding.filter(({ pod }) => !found.has(pod));
      const excess = excessOf(left, memoryOf(slot));
      if (excess === undefined) break;
      const [youngest] = left.map(({ pod }) => pod).sort(younger);
      if (youngest === undefined) break;
      const message = `device ${slot} of ${node} is given away more than once: ${excess}; the youngest of its replicas is ended`;
      found.set(youngest, { pod: youngest, node, slot, message });
    }
  }
  return [...found.values()];
}

/**
 * The reservation pods of a node that hold a device which another one holds too: of those with one UUID, one stays. That
 * is one whose device replicas share, the oldest of several.
 */
export function heldTwice(
  reservationPods: readonly ReservationPod[],
  isShared: (group: string) => boolean,
): readonly ReservationPod[] {
  const holding = reservationPods.filter(
    (pod) => pod.device !== undefined && !pod.terminating && !hasEnded(pod),
  );
  const rank = (pod: ReservationPod): number => Number(!isShared(groupKey(pod)));
  const first = (a: ReservationPod, b: ReservationPod): number => rank(a) - rank(b) || younger(b, a);
  return holding.filter((pod) =>
    holding.some((other) => other !== pod && other.device === pod.device && first(other, pod) < 0),
  );
}

/** Why the shares do not fit on one device; undefined if they do. */
function excessOf(holding: readonly Holding[], memoryMiB: number | undefined): string | undefined {
  const instances = holding.flatMap(({ share: { mig } }) => (mig === undefined ? [] : [mig]));
  const shares = holding.filter(({ share }) => share.mig === undefined);
  if (instances.length > 0 && shares.length > 0) return 'as MIG instances and as a device without them';
  const keys = instances.map(({ profile, start }) => `${profile} at ${start}`);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) return `two replicas have its MIG instance ${twice}`;
  const milli = sum(shares, ({ share }) => share.milliGpu);
  if (milli > WHOLE_MILLI) return `${milli} of ${WHOLE_MILLI} thousandths`;
  const held = sum(shares, ({ share }) => share.memoryMiB);
  return memoryMiB !== undefined && memoryMiB > 0 && held > memoryMiB
    ? `${held} of ${memoryMiB} MiB`
    : undefined;
}

/** What exists and stays, by the slot of its device. */
function holdingBySlot(pods: readonly ReplicaPod[]): ReadonlyMap<number, readonly Holding[]> {
  const bySlot = new Map<number, Holding[]>();
  for (const pod of pods) {
    if (pod.terminating || hasEnded(pod) || isAssumed(pod)) continue;
    for (const share of pod.allocation?.devices ?? []) {
      const holding = bySlot.get(share.slot);
      if (holding === undefined) bySlot.set(share.slot, [{ pod, share }]);
      else holding.push({ pod, share });
    }
  }
  return bySlot;
}

const sum = (holding: readonly Holding[], of: (one: Holding) => number): number =>
  holding.reduce((total, one) => total + of(one), 0);

type Dated = Pick<ReplicaPod, 'createdAt' | 'uid'>;

/** The younger first. */
const younger = (a: Dated, b: Dated): number =>
  Date.parse(b.createdAt) - Date.parse(a.createdAt) || compare(b.uid, a.uid);
