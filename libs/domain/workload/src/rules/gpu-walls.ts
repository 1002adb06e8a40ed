import { given } from '../compile/ignored-fields';
import type { InferenceSpec, Storage } from '../spec';
import { asksForDevices, DEVICE_MOUNT, GPU_RESOURCE, isGpuResource } from './gpu-names';
import type { Report } from './violation';

/** Volumes and extended resources through which a workload would see devices that are not allocated to it. */
export function gpuWallRules(spec: InferenceSpec, report: Report): void {
  for (const [kind, field] of MOUNTS)
    for (const { item, at } of given<Mount>(
      spec.storage?.[kind] as readonly Mount[],
      `spec.storage.${kind}`,
    )) {
      const path = item[field];
      if (path && asksForDevices(path)) report(`${at}.${field}`, DEVICE_MOUNT);
    }
  const resources = given(spec.compute?.extendedResources, 'spec.compute.extendedResources');
  for (const { item, at } of resources)
    if (item.resource && isGpuResource(item.resource)) report(`${at}.resource`, GPU_RESOURCE);
}

type Mount = Readonly<Partial<Record<'path' | 'mountPath', string | null>>>;

/** Field with the mount path, by kind of volume. */
const MOUNTS: readonly (readonly [keyof Storage, 'path' | 'mountPath'])[] = [
  ['dataVolume', 'mountPath'],
  ['pvc', 'path'],
  ['git', 'path'],
  ['configMapVolume', 'mountPath'],
  ['secretVolume', 'mountPath'],
  ['nfs', 'mountPath'],
  ['hostPath', 'mountPath'],
  ['emptyDirVolume', 'path'],
];
