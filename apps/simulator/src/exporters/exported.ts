import { GPU_RESOURCE, type DeviceShare } from '@tessera/contracts-kubernetes';
import { allocationOf, isReservationPod, type Device } from '../kubelet/devices';
import type { Traffic } from '../kubelet/model-server';
import { gpuUuid } from '../kubelet/node-gpus';
import type { NodeSeed } from '../seed/types';
import type { Pod } from '../wire/objects';

/** What exporters read of a simulated pod. */
export interface ExportedPod {
  readonly current: Pod;
  readonly traffic: Traffic;
  /** Devices that the kubelet gave it. */
  readonly devices: readonly Device[];
  /** UUIDs of the devices that its environment names. */
  readonly visibleDevices: readonly string[];
  /** Percent that its owner asks for; without it the utilisation follows the traffic. */
  readonly fixedGpuUtilisation: number | undefined;
}

/** What exporters read of a simulated node. */
export interface ExportedNode {
  readonly seed: NodeSeed;
  readonly alive: boolean;
  readonly workers: ReadonlyMap<string, ExportedPod>;
}

/** Names of the containers that run now, with the time they have been running, ms. */
export const runningContainers = ({ current }: ExportedPod, now: number): ReadonlyMap<string, number> =>
  new Map(
    (current.status?.containerStatuses ?? []).flatMap(({ name, state }) =>
      state.running === undefined
        ? []
        : [[name, Math.max(0, now - Date.parse(state.running.startedAt))] as const],
    ),
  );

/** The labels by which a series names its pod. */
export const podLabels = ({ metadata }: Pod) => ({
  namespace: metadata.namespace ?? 'default',
  pod: metadata.name,
});

/**
 * What a pod has of the GPUs of its node: what the kubelet gave it, else the devices that its environment names. How much
 * of them stands in what the scheduler wrote on it; which they are, only the node knows. A reservation pod does nothing with its own.
 */
export function sharesOf(pod: ExportedPod, { name, gpus }: NodeSeed): readonly DeviceShare[] {
  const { current, devices, visibleDevices } = pod;
  if (isReservationPod(current)) return [];
  const given = allocationOf(current);
  const written = given?.devices ?? [];
  if (given?.kind === 'portion' || given?.kind === 'memory') {
    const uuids = gpus.map((_, index) => gpuUuid(name, index));
    return visibleDevices.flatMap((uuid, index) => {
      const [slot, share] = [uuids.indexOf(uuid), written[index]];
      return slot < 0 || share === undefined ? [] : [{ ...share, slot }];
    });
  }
  if (devices.length === 0) return written;
  return devices.map(({ gpu, resource, mig }, index) => ({
    slot: gpu,
    milliGpu: written[index]?.milliGpu ?? (resource === GPU_RESOURCE ? 1000 : 0),
    memoryMiB: written[index]?.memoryMiB ?? (resource === GPU_RESOURCE ? (gpus[gpu]?.memoryMiB ?? 0) : 0),
    ...(mig === undefined ? {} : { mig }),
  }));
}
