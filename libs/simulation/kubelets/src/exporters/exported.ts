import { GPU_RESOURCE, type DeviceShare } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import { allocationOf, isReservationPod, type Device } from '../node/devices';
import type { Traffic } from '../pod/model-server';
import { gpuUuid } from '../node/node-gpus';
import { type NodeSeed } from '../node/node-seed';
import type { Pod } from '@tessera/simulation-kubernetes-api/wire';

/** The fields of a simulated pod that exporters read. */
export interface ExportedPod {
  readonly current: Pod;
  readonly traffic: Traffic;
  /** Devices allocated by the kubelet. */
  readonly devices: readonly Device[];
  /** UUIDs of the devices in its environment. */
  readonly visibleDevices: readonly string[];
  /** Utilisation that its owner requests, percent; without it the utilisation follows the traffic. */
  readonly fixedGpuUtilisation: number | undefined;
}

/** The fields of a simulated node that exporters read. */
export interface ExportedNode {
  readonly seed: NodeSeed;
  readonly alive: boolean;
  readonly workers: ReadonlyMap<string, ExportedPod>;
}

/** Names of the running containers, with their uptime, ms. */
export const runningContainers = ({ current }: ExportedPod, now: number): ReadonlyMap<string, number> =>
  new Map(
    (current.status?.containerStatuses ?? []).flatMap(({ name, state }) =>
      state.running === undefined
        ? []
        : [[name, Math.max(0, now - Date.parse(state.running.startedAt))] as const],
    ),
  );

/** The labels that identify the pod of a series. */
export const podLabels = ({ metadata }: Pod): { readonly namespace: string; readonly pod: string } => ({
  namespace: metadata.namespace ?? 'default',
  pod: metadata.name,
});

/**
 * The GPUs of a pod on its node: those allocated by the kubelet, else the devices in its environment. The size of the
 * shares is in the scheduler's annotation; only the node knows the devices. A reservation pod does not use its own.
 */
export function sharesOf(pod: ExportedPod, seed: NodeSeed): readonly DeviceShare[] {
  const { current, devices, visibleDevices } = pod;
  if (isReservationPod(current)) return [];
  const given = allocationOf(current);
  const written = given?.devices ?? [];
  if (given?.kind === 'portion' || given?.kind === 'memory') {
    const uuids = seed.gpus.map((_, index) => gpuUuid(seed, index));
    return visibleDevices.flatMap((uuid, index) => {
      const [slot, share] = [uuids.indexOf(uuid), written[index]];
      return slot < 0 || share === undefined ? [] : [{ ...share, slot }];
    });
  }
  if (devices.length === 0) return written;
  return devices.map(({ gpu, resource, mig }, index) => ({
    slot: gpu,
    milliGpu: written[index]?.milliGpu ?? (resource === GPU_RESOURCE ? 1000 : 0),
    memoryMiB:
      written[index]?.memoryMiB ?? (resource === GPU_RESOURCE ? (seed.gpus[gpu]?.memoryMiB ?? 0) : 0),
    ...maybe('mig', mig),
  }));
}
