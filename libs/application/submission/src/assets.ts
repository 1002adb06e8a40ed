import type { Visibility } from './access/access';
import type { Changed } from './organisation';

/** Something that workloads of a project refer to. */
interface AssetRecord {
  readonly id: string;
  /** Unique among those of its project. */
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

/** A volume with data, that workloads of its project mount by its id. */
export interface DataVolumeRecord extends AssetRecord {
  /** The PersistentVolumeClaim in the namespace of the project. */
  readonly claimName: string;
}

/** A Secret in the namespace of a project, under a name of the organisation. What is in it is known to the cluster alone. */
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

/** Data volumes and credentials. What is asked for by an id is there only for who may see its project. */
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
