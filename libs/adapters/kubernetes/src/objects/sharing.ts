import type { V1EnvVar } from '@kubernetes/client-node';
import type { NewReplica, CompiledWorkload, ReplicaPod } from '@tessera/application-reconciliation';
import { LABELS, MANAGED_BY, SHARED_GPU, type GpuMemoryEnforcement } from '@tessera/contracts-kubernetes';
import { objectName } from './metadata';

/** How shared devices are realised on this cluster. */
export interface GpuSharing {
  /** RuntimeClass of pods that see a device without asking the device plugin for it; none where the default is NVIDIA's. */
  readonly runtimeClass?: string;
  /** What a container's runtime understands: bare UUIDs, or CDI names. */
  readonly deviceNames: 'uuid' | 'cdi';
  readonly enforcement: GpuMemoryEnforcement;
}

export const PLAIN_SHARING: GpuSharing = { deviceNames: 'uuid', enforcement: 'none' };

/** What keeps NVIDIA's container runtime from giving a container any device, whatever its image asks for. */
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
 * Environment of a container that shares devices. Its devices are the value itself where they are known, else they come
 * from a ConfigMap of the pod's own, without which kubelet does not start the container.
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
    ...(sharing.enforcement === 'hami-core'
      ? [{ name: 'CUDA_DEVICE_MEMORY_LIMIT', value: `${memoryLimitMiB(target, replica)}m` }]
      : []),
  ];
}

/** Annotations of a pod that shares devices, beside its allocation. */
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
    ...(sharing.enforcement === 'nv-fractions'
      ? { [`${memory}.request`]: `${request}Mi`, [`${memory}.limit`]: `${memoryLimitMiB(target, replica)}Mi` }
      : {}),
    ...(replica.devices === undefined ? {} : deviceAnnotations(replica.devices, sharing, container)),
  };
}

/** What says which devices a pod was given. */
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
 * Name of a pod's ConfigMap. It differs between a pod and its successor of the same name, which must not start with what
 * was left of the first; it stands in the pod, which is where it is read again.
 */
export const deviceMapName = (pod: string, nonce: string): string => objectName(pod, `gpu-${nonce}`);

/** The ConfigMap that a pod waits for. It goes with its pod. */
export const deviceMap = (pod: ReplicaPod, name: string, uuids: readonly string[], sharing: GpuSharing) => ({
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
