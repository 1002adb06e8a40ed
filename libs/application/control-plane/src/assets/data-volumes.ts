import type { Action } from '@tessera/contracts-rest';
import { visibility, type Principal } from '../access/access';
import { outcomeOf, type Outcome } from '../outcome';
import type { AssetStore, DataVolumeRecord } from './assets';
import {
  objectName,
  projectFor,
  visibleAsset,
  type AssetDependencies,
  type NamedProject,
} from './project-asset';

/** A data volume to be created of a PersistentVolumeClaim of its project. */
export interface DataVolumeRequest extends Pick<DataVolumeRecord, 'name' | 'description' | 'claimName'> {
  readonly projectOfAsset: NamedProject;
  /** Whether the claim is to be deleted, and whether it is used itself: only false and true are possible. */
  readonly deletesClaim: boolean;
  readonly usesClaim: boolean;
}

/** Creates a data volume, which names a claim of its project; the claim itself is left as it is. */
export async function createDataVolume(
  { store, newId }: AssetDependencies,
  { projectOfAsset, deletesClaim, usesClaim, ...volume }: DataVolumeRequest,
  caller: Principal,
): Promise<Outcome<DataVolumeRecord>> {
  const project = projectFor('projectId', projectOfAsset, [
    ...objectName('originPvcName', volume.claimName),
    ...(deletesClaim
      ? [{ field: 'shouldDeleteOriginalVolume', message: 'the claim stays; only false is possible' }]
      : []),
    ...(usesClaim ? [] : [{ field: 'useOriginalVolume', message: 'no copy is made; only true is possible' }]),
  ]);
  if (project.kind !== 'done') return project;
  const projectId = project.value.id;
  return outcomeOf(await store.createDataVolume({ ...volume, id: newId(), projectId, by: caller.name }));
}

/** The data volume of that id, where the caller may read or delete it. */
export async function findDataVolume(
  store: Pick<AssetStore, 'dataVolumes'>,
  id: string,
  action: Action,
  caller: Principal,
): Promise<Outcome<DataVolumeRecord>> {
  const seen = visibility(caller, 'data-volumes', action);
  return visibleAsset(seen, await store.dataVolumes(seen, id));
}
