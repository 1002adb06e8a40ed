import { GPU_RESOURCE, type DeviceShare } from '@tessera/contracts-kubernetes';
import { allocationOf, type Device } from '../kubelet/devices';
import type { Traffic } from '../kubelet/model-server';
import type { NodeSeed } from '../seed/types';
import type { Pod } from '../wire/objects';

/** What exporters read of a simulated pod. */
export interface ExportedPod {
  readonly current: Pod;
  readonly traffic: Traffic;
  /** Devices that the kubelet gave it. */
  readonly devices: readonly Device[];
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

/** What a pod holds of the GPUs of its node: what the scheduler wrote on it, else what the kubelet gave it. */
export function sharesOf({ current, devices }: ExportedPod, { gpus }: NodeSeed): readonly DeviceShare[] {
  return (
    allocationOf(current)?.devices ??
    devices.map(({ gpu, resource, mig }) => ({
      slot: gpu,
      milliGpu: resource === GPU_RESOURCE ? 1000 : 0,
      memoryMiB: resource === GPU_RESOURCE ? (gpus[gpu]?.memoryMiB ?? 0) : 0,
      ...(mig === undefined ? {} : { mig }),
    }))
  );
}
