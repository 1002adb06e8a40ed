import type { CredentialRecord, DataVolumeRecord } from '@tessera/application-control-plane';
import { CREDENTIAL_KINDS, type Answer, type CredentialKind } from '@tessera/contracts-rest';

type Asset = Pick<DataVolumeRecord, 'description' | 'createdAt' | 'createdBy'>;

/** Neither kind of asset can be changed after creation. */
const written = ({ description, createdAt, createdBy }: Asset) => ({
  ...(description === '' ? {} : { description }),
  createdAt,
  createdBy,
  updatedAt: createdAt,
  updatedBy: createdBy,
});

export const toDataVolumeBody = (volume: DataVolumeRecord): Answer<'get_datavolume'>['body'] => ({
  id: volume.id,
  name: volume.name,
  originPvcName: volume.claimName,
  projectId: volume.projectId,
  projectName: volume.projectName,
  departmentId: volume.departmentId,
  clusterId: volume.clusterId,
  sharedScopes: [{ scopeType: 'project', scopeId: volume.projectId, scopeName: volume.projectName }],
  status: { phase: 'Ready' },
  ...written(volume),
});

export const toCredentialBody = (credential: CredentialRecord): Answer<'get_password_by_id'>['body'] => ({
  meta: {
    id: credential.id,
    name: credential.name,
    kind: CREDENTIAL_KINDS[credential.kind as CredentialKind],
    scope: 'project',
    projectId: Number(credential.projectId),
    projectName: credential.projectName,
    departmentId: credential.departmentId,
    clusterId: credential.clusterId,
    tenantId: credential.tenantId,
    ...written(credential),
  },
  spec: { existingSecretName: credential.secretName, keyId: 0 },
});
