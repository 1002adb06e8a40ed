import type { V1ConfigMap, V1EnvVar } from '@kubernetes/client-node';
import type { NewReplica, CompiledWorkload, ReplicaPod } from '@tessera/application-reconciliation';
import { LABELS, MANAGED_BY, SHARED_GPU, type GpuMemoryEnforcement } from '@tessera/contracts-kubernetes';
import { objectName } from './metadata';

/** How this cluster implements device sharing. */
export interface GpuSharing {
  /**
   * RuntimeClass of pods that use a device without requesting it from the device plugin; none if NVIDIA's is the
   * default.
   */
  readonly runtimeClass?: string;
  /** How the container runtime names devices: bare UUIDs, or CDI names. */
  readonly deviceNames: 'uuid' | 'cdi';
  readonly enforcement: GpuMemoryEnforcement;
}

export const PLAIN_SHARING: GpuSharing = { deviceNames: 'uuid', enforcement: 'none' };

/** Stops NVIDIA's container runtime from injecting devices, whatever the image requests. */
export const NO_DEVICES: V1EnvVar = { name: SHARED_GPU.visibleDevices, value: 'void' };

export const isShared = ({ placement: { kind } }: NewReplica): boolean =>
  kind === 'portion' || kind === 'memory';

/** The value of `NVIDIA_VISIBLE_DEVICES` for these devices. */
export const visibleDevices = (uuids: readonly string[], { deviceNames }: GpuSharing): string =>
  uuids.map((uuid) => (deviceNames === 'cdi' ? SHARED_GPU.cdiPrefix + uuid : uuid)).join(',');

/** The UUIDs in such a value. */
export const uuidsIn = (value: string): readonly string[] =>
  value
    .split(',')
    .map((name) => (name.startsWith(SHARED_GPU.cdiPrefix) ? name.slice(SHARED_GPU.cdiPrefix.length) : name));

/**
 * How the memory limit of the replica is enforced. Not at all if no node label states the memory of its devices: the
 * computed limit would be 0 MiB, which means unlimited.
 */
export const enforcementFor = (
  { placement }: NewReplica,
  { enforcement }: GpuSharing,
): GpuMemoryEnforcement => (placement.devices.every(({ memoryMiB }) => memoryMiB > 0) ? enforcement : 'none');

/** Memory of one device that a replica may use, MiB: its limit where it has one, else its share. */
function memoryLimitMiB({ intent }: CompiledWorkload, { placement }: NewReplica): number {
  const { gpu } = intent.resources;
  const [share] = placement.devices;
  if (share === undefined) return 0;
  if (gpu.kind === 'memory') return Math.max(share.memoryMiB, gpu.limitMemoryMiB ?? 0);
  if (gpu.kind !== 'portion' || gpu.limitMilliGpu === undefined) return share.memoryMiB;
  return Math.max(share.memoryMiB, Math.floor((share.memoryMiB * gpu.limitMilliGpu) / gpu.milliGpu));
}

/**
 * Environment of a container that shares devices. If the devices are known, their ids are the value; otherwise the
 * value comes from the pod's ConfigMap, and kubelet does not start the container until that exists.
 */
export function sharingEnvironment(
  target: CompiledWorkload,
  replica: NewReplica,
  sharing: GpuSharing,
): readonly V1EnvVar[] {
  if (!isShared(replica)) return [];
  const name = SHARED_GPU.visibleDevices;
  const { devices, deviceMap } = replica;
  const portion = (replica.placement.devices[0]?.milliGpu ?? 0) / 1000;
  return [
    devices === undefined
      ? { name, valueFrom: { configMapKeyRef: { name: deviceMap ?? '', key: name, optional: false } } }
      : { name, value: visibleDevices(devices, sharing) },
    { name: 'GPU_PORTION', value: String(portion) },
    ...(enforcementFor(replica, sharing) === 'hami-core'
      ? [{ name: 'CUDA_DEVICE_MEMORY_LIMIT', value: `${memoryLimitMiB(target, replica)}m` }]
      : []),
  ];
}

/** Annotations of a pod that shares devices, in addition to its allocation. */
export function sharingAnnotations(
  target: CompiledWorkload,
  replica: NewReplica,
  sharing: GpuSharing,
  container: string,
): Record<string, string> {
  if (!isShared(replica)) return {};
  const memory = `nvidia.com/container.${container}.gpu-memory`;
  const request = replica.placement.devices[0]?.memoryMiB ?? 0;
  return {
    ...(enforcementFor(replica, sharing) === 'nv-fractions'
      ? { [`${memory}.request`]: `${request}Mi`, [`${memory}.limit`]: `${memoryLimitMiB(target, replica)}Mi` }
      : {}),
    ...(replica.devices === undefined ? {} : deviceAnnotations(replica.devices, sharing, container)),
  };
}

/** The ConfigMap that lists the devices injected into a pod. */
export const deviceAnnotations = (
  uuids: readonly string[],
  { enforcement }: GpuSharing,
  container: string,
): Record<string, string> => ({
  [SHARED_GPU.devices]: uuids.join(','),
  ...(enforcement === 'nv-fractions'
    ? {
        [`nvidia.com/container.${container}.gpus.devices`]: uuids
          .map((uuid) => SHARED_GPU.cdiPrefix + uuid)
          .join(','),
      }
    : {}),
});

/**
 * Name of a pod's ConfigMap. It differs between a pod and its successor of the same name, so that the successor never
 * reads the old map. The pod spec contains the name, and it is read from there.
 */
export const deviceMapName = (pod: string, nonce: string): string => objectName(pod, `gpu-${nonce}`);

/** The ConfigMap that a pod waits for. The pod owns it, so both are deleted together. */
export const deviceMap = (
  pod: ReplicaPod,
  name: string,
  uuids: readonly string[],
  sharing: GpuSharing,
): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: pod.namespace,
    labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.workloadId]: pod.workloadId },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid }],
  },
  data: { [SHARED_GPU.visibleDevices]: visibleDevices(uuids, sharing) },
});
