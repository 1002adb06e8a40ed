import { hasEnded, type ReplicaPod, type ReservationPod } from '@tessera/application-reconciliation';
import { type Device } from '@tessera/domain-placement';
import { resourceSpelling } from '@tessera/domain-mig';
import { GPU_RESOURCE, MIG_RESOURCE_PREFIX } from '@tessera/contracts-kubernetes';
import { devicesAsked } from '../../api/usage';
import type { PodWire } from '../../api/wire';

/** Devices of a node that our replicas and reservation pods hold. */
export interface Held {
  readonly slots: ReadonlySet<number>;
  /** MIG instances by {@link instanceKey}. */
  readonly instances: ReadonlySet<string>;
}

export const instanceKey = (slot: number, start: number): string => `${slot}/${start}`;

/** The devices that the replicas and reservation pods of a node hold. */
export function heldBy(replicas: readonly ReplicaPod[], reservationPods: readonly ReservationPod[]): Held {
  const shares = replicas
    .filter((pod) => !hasEnded(pod))
    .flatMap(({ allocation }) => allocation?.devices ?? []);
  return {
    slots: new Set([...shares, ...reservationPods].map(({ slot }) => slot)),
    instances: new Set(shares.flatMap(({ slot, mig }) => (mig ? [instanceKey(slot, mig.start)] : []))),
  };
}

type Resources = Readonly<Record<string, string>>;

/**
 * Marks devices as unavailable. The device plugin removes an unhealthy device from the allocatable ones without naming
 * it, and kubelet chooses the devices of foreign pods. So the same number of devices is marked: unheld ones first,
 * because kubelet would reject a pod placed on them, starting with the last.
 */
export function offered(
  devices: readonly Device[],
  allocatable: Resources,
  foreign: readonly PodWire[],
  held: () => Held,
): readonly Device[] {
  const takenOf = (resource: string): number =>
    foreign.reduce((sum, pod) => sum + devicesAsked(pod, resource), 0);
  const whole = offeredWhole(devices, allocatable[GPU_RESOURCE], () => takenOf(GPU_RESOURCE), held);
  return offeredInstances(whole, allocatable, takenOf, held);
}

/** Name under which the device plugin offers an instance of the device. */
export const instanceResource = (
  profile: string,
  mig: { readonly strategy?: 'single' } | undefined,
): string => (mig?.strategy === 'single' ? GPU_RESOURCE : MIG_RESOURCE_PREFIX + resourceSpelling(profile));

function offeredWhole(
  devices: readonly Device[],
  allocatable: string | undefined,
  taken: () => number,
  held: () => Held,
): readonly Device[] {
  const whole = devices.filter(({ mig, unavailable }) => mig === undefined && unavailable !== true);
  if (whole.length === 0) return devices;
  const unhealthy = allocatable === undefined ? 0 : Math.max(0, whole.length - Number(allocatable));
  const foreign = taken();
  if (unhealthy === 0 && foreign === 0) return devices;
  const { slots } = held();
  const free = whole.filter(({ slot }) => !slots.has(slot));
  const ours = whole.filter(({ slot }) => slots.has(slot));
  const sick = last([...ours, ...free], unhealthy);
  // Devices that we use are not foreign: one of our slots is only a number until kubelet assigns a device.
  const others = last(
    free.filter((device) => !sick.includes(device)),
    foreign,
  );
  const out = new Set([...sick, ...others]);
  return devices.map((device) => (out.has(device) ? { ...device, unavailable: true } : device));
}

function offeredInstances(
  devices: readonly Device[],
  allocatable: Resources,
  takenOf: (resource: string) => number,
  held: () => Held,
): readonly Device[] {
  const all = devices.flatMap(({ slot, mig }) =>
    (mig?.instances ?? []).map(({ profile, start }) => ({
      key: instanceKey(slot, start),
      resource: instanceResource(profile, mig),
    })),
  );
  const out = new Set<string>();
  for (const resource of new Set(all.map((one) => one.resource))) {
    const keys = all.filter((one) => one.resource === resource).map(({ key }) => key);
    const there = allocatable[resource];
    const unhealthy = there === undefined ? 0 : Math.max(0, keys.length - Number(there));
    const foreign = takenOf(resource);
    if (unhealthy + foreign === 0) continue;
    const { instances } = held();
    const free = keys.filter((key) => !instances.has(key));
    const ours = keys.filter((key) => instances.has(key));
    const sick = last([...ours, ...free], unhealthy);
    const others = last(
      free.filter((key) => !sick.includes(key)),
      foreign,
    );
    for (const key of [...sick, ...others]) out.add(key);
  }
  if (out.size === 0) return devices;
  return devices.map((device) => {
    if (device.mig === undefined) return device;
    const instances = device.mig.instances.map((one) =>
      out.has(instanceKey(device.slot, one.start)) ? { ...one, unavailable: true } : one,
    );
    return { ...device, mig: { ...device.mig, instances } };
  });
}

const last = <T>(items: readonly T[], count: number): readonly T[] =>
  count === 0 ? [] : items.slice(-count);
