import { effectiveMilli, usableMiB } from './model/device-memory';
import type { ClusterNode, Device, PlacedReplica } from './model/model';

/** Space on the devices of a replica after it has ended. */
export interface FreedSpace {
  /** Devices of which nobody else has a share: whole devices and changes of MIG geometry need these. */
  readonly emptiedDevices: number;
  /** Largest free share of one of its devices afterwards, thousandths: the largest request that fits there. */
  readonly largestMilli: number;
}

const NOTHING: FreedSpace = { emptiedDevices: 0, largestMilli: 0 };

/** The space that the node has once the replica has gone, on its devices; none for a replica without devices. Pure. */
export function freedSpace(node: ClusterNode | undefined, replicaId: string): FreedSpace {
  const leaving = node?.replicas.find(({ id }) => id === replicaId);
  if (node === undefined || leaving === undefined) return NOTHING;
  const others = node.replicas.filter(({ id }) => id !== replicaId);
  const slots = new Set(leaving.devices.map(({ slot }) => slot));
  let emptiedDevices = 0;
  let largestMilli = 0;
  for (const device of node.devices) {
    if (!slots.has(device.slot)) continue;
    const shares = sharesOf(device, others);
    if (shares.length === 0) emptiedDevices += 1;
    largestMilli = Math.max(largestMilli, freeMilli(device, shares));
  }
  return { emptiedDevices, largestMilli };
}

/** Sorts what frees more useful space first: emptied devices, then the largest free share. */
export const moreSpaceFirst = (a: FreedSpace, b: FreedSpace): number =>
  b.emptiedDevices - a.emptiedDevices || b.largestMilli - a.largestMilli;

type Share = PlacedReplica['devices'][number];

const sharesOf = ({ slot }: Device, replicas: readonly PlacedReplica[]): readonly Share[] =>
  replicas.flatMap(({ devices }) => devices.filter((share) => share.slot === slot));

/** As placement measures it: what is left of both the device and its memory. */
function freeMilli({ memoryMiB }: Device, shares: readonly Share[]): number {
  const usable = usableMiB(memoryMiB);
  const milli = shares.reduce((left, share) => left - share.milliGpu, 1_000);
  const memory = shares.reduce((left, share) => left - share.memoryMiB, usable);
  return effectiveMilli(milli, memory, usable);
}
