import type { CredentialRecord, DataVolumeRecord } from '@tessera/application-control-plane';
import { NOW, PRIMARY, text, time, uuid } from './columns';
import { entity, foreignKey } from './entity';

/** Columns of the project that the row of an asset reads. */
type OfProject = 'projectName' | 'departmentId' | 'clusterId' | 'tenantId';

const ASSET = {
  id: uuid(PRIMARY),
  projectId: text(),
  name: text(),
  description: text({ default: '' }),
  createdBy: text(),
  createdAt: time(NOW),
};
const OF_PROJECT = {
  uniques: [{ columns: ['projectId', 'name'] }],
  foreignKeys: [foreignKey('Project', ['projectId'], ['id'])],
};

export const DATA_VOLUMES = entity<Omit<DataVolumeRecord, OfProject>>(
  { name: 'DataVolume', schema: 'api', tableName: 'data_volumes' },
  { ...ASSET, claimName: text() },
  OF_PROJECT,
);

export const CREDENTIALS = entity<Omit<CredentialRecord, OfProject>>(
  { name: 'Credential', schema: 'api', tableName: 'credentials' },
  { ...ASSET, kind: text(), secretName: text() },
  OF_PROJECT,
);
