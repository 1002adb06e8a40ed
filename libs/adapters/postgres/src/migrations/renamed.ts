import type { QueryRunner } from 'typeorm';

/** Table in which TypeORM records the migrations that ran. */
export const MIGRATIONS_TABLE = 'tessera_migrations';

/** Names of migrations before they were numbered in their order, with their names since. */
const RENAMED: Readonly<Record<string, string>> = {
  ApiOrganisation1760000000010: 'ApiOrganisation1760000000003',
  ApiWorkloads1760000000011: 'ApiWorkloads1760000000004',
  ApiFacts1760000000016: 'ApiEvents1760000000005',
  ApiAddresses1760000000018: 'ApiAddresses1760000000006',
  ApiKeptAnswers1760000000019: 'ApiIdempotencyAge1760000000007',
  SchedulerWorkloads1760000000020: 'SchedulerWorkloads1760000000008',
  ApiUnitVersions1760000000022: 'ApiOrgUnitVersions1760000000009',
  SchedulerUnits1760000000023: 'SchedulerOrgUnits1760000000010',
  SchedulerLeadership1760000000024: 'SchedulerLeadership1760000000011',
  SchedulerTraces1760000000025: 'SchedulerTraces1760000000012',
  References1760000000026: 'References1760000000013',
  AssetVersions1760000000027: 'AssetVersions1760000000014',
  ParkedRows1760000000028: 'ParkedRows1760000000015',
  Retention1760000000029: 'Retention1760000000016',
  Identities1760000000031: 'Identities1760000000017',
  AuditCounts1760000000034: 'AuditCounts1760000000018',
  UnitGuardrails1760000000036: 'OrgUnitGuardrails1760000000019',
  HostAddresses1760000000037: 'HostAddresses1760000000020',
};

/**
 * Gives migrations that ran under an earlier name their present one, so that they do not run again. One statement: it
 * renames all or none. Does nothing in a database without migrations.
 */
export async function renameMigrations(runner: QueryRunner): Promise<void> {
  if (!(await runner.hasTable(MIGRATIONS_TABLE))) return;
  await runner.query(
    `update ${MIGRATIONS_TABLE} ran set name = renamed.name, timestamp = right(renamed.name, 13)::bigint
     from json_each_text($1::json) as renamed (earlier, name) where ran.name = renamed.earlier`,
    [JSON.stringify(RENAMED)],
  );
}
