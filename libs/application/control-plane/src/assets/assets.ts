import type { Visibility } from '../access/access';
import type { Changed } from '../outcome';

/** An asset that workloads of a project refer to. */
interface AssetRecord {
  readonly id: string;
  /** Unique within its project. */
  readonly name: string;
  readonly description: string;
  readonly tenantId: number;
  readonly projectId: string;
  readonly projectName: string;
  readonly departmentId: string;
  readonly clusterId: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** A data volume; workloads of its project mount it by its id. */
export interface DataVolumeRecord extends AssetRecord {
  /** The PersistentVolumeClaim in the namespace of the project. */
  readonly claimName: string;
}

/** A Secret in the namespace of a project, under a name of the organisation. Only the cluster knows its content. */
export interface CredentialRecord extends AssetRecord {
  readonly kind: string;
  readonly secretName: string;
}

type NewAsset<R> = Pick<
  R,
  Exclude<keyof R, Exclude<keyof AssetRecord, 'name' | 'description' | 'projectId'>>
> & {
  readonly id: string;
  readonly by: string;
};

/** Data volumes and credentials. A read by id finds an asset only if the caller may see its project. */
export interface AssetStore {
  dataVolumes(seen: Visibility, id?: string): Promise<readonly DataVolumeRecord[]>;
  createDataVolume(volume: NewAsset<DataVolumeRecord>): Promise<Changed<DataVolumeRecord>>;
  deleteDataVolume(id: string): Promise<void>;

  credentials(
    seen: Visibility,
    which?: { readonly kind: string; readonly id?: string },
  ): Promise<readonly CredentialRecord[]>;
  createCredential(credential: NewAsset<CredentialRecord>): Promise<Changed<CredentialRecord>>;
  deleteCredential(id: string): Promise<void>;
}
