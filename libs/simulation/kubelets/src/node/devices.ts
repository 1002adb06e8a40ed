import {
  ANNOTATIONS,
  GPU_RESOURCE,
  GpuAllocation,
  RESERVATION,
  RESERVATION_ANNOTATIONS,
  RESERVATION_LABELS,
  MIG_RESOURCE_PREFIX,
} from '@tessera/contracts-kubernetes';
import { type NodeSeed } from './node-seed';
import { type Pod, podRequests } from '@tessera/simulation-kubernetes-api/wire';
import { gpuUuid, migResource, singleProfile } from './node-gpus';

/** A GPU or a MIG instance that a container can be allocated. */
export interface Device {
  /** Position of the physical GPU on its node. */
  readonly gpu: number;
  readonly uuid: string;
  readonly resource: string;
  /** Set for a MIG instance. */
  readonly mig?: { readonly profile: string; readonly start: number };
}

/** The devices that the device plugin of a node offers. */
export function devicesOf(seed: NodeSeed): readonly Device[] {
  const { gpus } = seed;
  const single = singleProfile(seed);
  if (single === 'invalid') return [];
  return gpus.flatMap(({ mig }, gpu): readonly Device[] =>
    mig === undefined
      ? [{ gpu, uuid: gpuUuid(seed, gpu), resource: GPU_RESOURCE }]
      : mig.map(({ profile, start }) => ({
          gpu,
          uuid: gpuUuid(seed, gpu, `${profile}@${start}`),
          resource: single === undefined ? migResource(profile) : GPU_RESOURCE,
          mig: { profile, start },
        })),
  );
}

/** The allocation that the scheduler wrote on a pod; undefined when it is missing or invalid. */
export function allocationOf(pod: Pod): GpuAllocation | undefined {
  const text = pod.metadata.annotations?.[ANNOTATIONS.allocation];
  if (text === undefined) return undefined;
  try {
    return GpuAllocation.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether the pod reserves a device for others to share. */
export const isReservationPod = ({ metadata }: Pod): boolean =>
  metadata.labels?.[RESERVATION_LABELS.component] === RESERVATION.component;

/** Allocates the devices of one node to pods that request GPU resources, like kubelet's device manager. */
export class DeviceManager {
  private readonly reservationPods = new Map<string, string>();

  constructor(private devices: readonly Device[]) {}

  /** Replaces the devices of the node; none of the new ones is allocated. */
  replace(devices: readonly Device[]): void {
    this.devices = devices;
    this.reservationPods.clear();
  }

  /** The devices of a pod, in the order of the node; undefined when too few are free. Idempotent. */
  assign(pod: Pod): readonly Device[] | undefined {
    const uid = pod.metadata.uid ?? '';
    const held = this.devices.filter(({ uuid }) => this.reservationPods.get(uuid) === uid);
    if (held.length > 0) return held;
    const chosen = Object.entries(podRequests(pod.spec))
      .filter(([name]) => name === GPU_RESOURCE || name.startsWith(MIG_RESOURCE_PREFIX))
      .map(([name, milli]) => this.choose(pod, name, milli / 1000));
    if (chosen.some((devices) => devices === undefined)) return undefined;
    const devices = chosen.flatMap((some) => some ?? []);
    for (const { uuid } of devices) this.reservationPods.set(uuid, uid);
    return devices;
  }

  release(uid: string): void {
    for (const [uuid, reservationPod] of this.reservationPods)
      if (reservationPod === uid) this.reservationPods.delete(uuid);
  }

  /**
   * The first free ones: kubelet knows nothing of the scheduler's slots. A reservation pod that survives a restart of
   * the kubelet keeps the device that it reported, as in the checkpoint of the device manager.
   */
  private choose(pod: Pod, resource: string, count: number): readonly Device[] | undefined {
    const reported = pod.metadata.annotations?.[RESERVATION_ANNOTATIONS.uuid];
    const free = this.devices.filter(
      (device) => device.resource === resource && !this.reservationPods.has(device.uuid),
    );
    const ordered = [
      ...free.filter(({ uuid }) => uuid === reported),
      ...free.filter(({ uuid }) => uuid !== reported),
    ];
    return ordered.length < count ? undefined : ordered.slice(0, count);
  }
}
