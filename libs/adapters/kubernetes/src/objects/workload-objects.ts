import type { KubernetesObject } from '@kubernetes/client-node';
import type { NewReplica, CompiledWorkload } from '@tessera/application-reconciliation';
import { ownedObjects } from './owned-objects';
import { replicaPod, type LeavingSettings } from './pod';
import { ownedBy, ownerObject } from './owner-object';
import type { UrlExposure } from './routes';
import { PLAIN_SHARING, type GpuSharing } from './sharing';

/** Uid of the owner object in objects that are never sent. */
const NO_UID = '00000000-0000-4000-8000-000000000000';

/** All objects of a workload with one replica, except the namespace of its project. Pure. */
export function workloadObjects(
  target: CompiledWorkload,
  replica: NewReplica,
  sharing: GpuSharing = PLAIN_SHARING,
  exposure: UrlExposure = { kind: 'none' },
  leaving?: LeavingSettings,
): readonly KubernetesObject[] {
  const record = ownerObject(target);
  const owner = ownedBy({ name: record.metadata?.name ?? '', uid: NO_UID });
  return [
    record,
    ...ownedObjects(target, exposure).map(({ object, owned }) =>
      owned ? { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } } : object,
    ),
    replicaPod(target, replica, sharing, owner, leaving),
  ];
}
