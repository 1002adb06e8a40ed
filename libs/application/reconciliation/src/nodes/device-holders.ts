import type { DeviceHolder, DeviceReport } from '@tessera/contracts-internal';
import { geometryOf, profileOf } from '@tessera/domain-mig';
import type { Device } from '@tessera/domain-placement';
import { maybe } from '@tessera/kernel';
import { hasEnded, type ReplicaPod } from '../model/replica';
import type { ReservationPod } from '../model/reservation';

type Reservation = NonNullable<DeviceReport['reservation']>;

/** The holders of the shares of a device: one entry for each share of a pod that has not ended, in order of age. */
export function holdersOf(device: Device, pods: readonly ReplicaPod[]): readonly DeviceHolder[] {
  return pods
    .filter((pod) => !hasEnded(pod))
    .flatMap((pod) =>
      (pod.allocation?.devices ?? [])
        .filter(({ slot }) => slot === device.slot)
        .map(({ milliGpu, memoryMiB, mig }): DeviceHolder => ({
          workloadId: pod.workloadId,
          namespace: pod.namespace,
          pod: pod.name,
          replica: pod.ordinal,
          milliGpu,
          memoryMiB,
          ...maybe('mig', mig && instanceOf(device, mig)),
          since: pod.createdAt,
        })),
    )
    .sort((a, b) => compared(a.since, b.since) || compared(a.pod, b.pod));
}

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** An instance with the number of its memory slices, where the geometry of the device is known. */
export const instanceOf = (
  { model, memoryMiB }: Pick<Device, 'model' | 'memoryMiB'>,
  { profile, start }: { readonly profile: string; readonly start: number },
): { readonly profile: string; readonly start: number; readonly size?: number } => {
  const geometry = geometryOf(model, memoryMiB);
  return { profile, start, ...maybe('size', geometry && profileOf(geometry, profile)?.size) };
};

/** The reservation pod of a device as reports have it. */
export const reservationOf = ({ name, phase, createdAt }: ReservationPod): Reservation => ({
  pod: name,
  phase,
  since: createdAt,
});
