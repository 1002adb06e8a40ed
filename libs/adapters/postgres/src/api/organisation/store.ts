import type { DataSource } from 'typeorm';
import type { OrganisationStore } from '@tessera/application-control-plane';
import { DEFAULT_RECORD_LIMIT } from '@tessera/application-messaging';
import { clusterStore } from './clusters';
import { departmentStore } from './departments';
import type { OrganisationDatabase } from './org-unit-changes';
import { projectStore } from './projects';

/** The organisation on Postgres. */
export function postgresOrganisation(
  dataSource: DataSource,
  report: OrganisationDatabase['report'],
  recordLimit = DEFAULT_RECORD_LIMIT,
): OrganisationStore {
  const on: OrganisationDatabase = { dataSource, report, recordLimit };
  return { ...departmentStore(on), ...projectStore(on), ...clusterStore(on) };
}
