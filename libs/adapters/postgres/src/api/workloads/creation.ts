import type { Pool, PoolClient } from 'pg';
import type { AuditEntry, Creation, HistoryEntry } from '@tessera/application-control-plane';
import { API_OUTBOX } from '../../entities/messaging';
import { AUDIT_LOG } from '../../entities/requests';
import { columnsOf, propertiesOf, recordOf, typesOf, valuesFrom, valuesOf } from '../../entities/statements';
import { REVISIONS, WORKLOAD_RECORDS, WORKLOADS } from '../../entities/workloads';
import { SENT, SENT_COLUMNS } from '../../outbox';
import { rowsOf, type Prepared } from '../../prepared';
import { WORKLOAD_COLUMNS, WORKLOAD_PROPERTIES, workloadValues } from './workload-row';

const ENTRY = propertiesOf(WORKLOAD_RECORDS, ['seq']);
const REVISED = columnsOf(REVISIONS, propertiesOf(REVISIONS));
/** What a row of the audit log says; the count of a call that is not refused is 1. */
export const AUDITED = propertiesOf(AUDIT_LOG, ['seq', 'count']);
const auditValues = valuesOf(AUDIT_LOG, AUDITED);
const sentValues = valuesOf(API_OUTBOX, SENT);

/**
 * Writes the workload with its history, outbox, revision and audit rows in one statement, which is one transaction and
 * one round trip; inserts by repositories took about seven times as long (ADR 0021). Otherwise nothing is written: the project has a living workload of that name, or other data volumes
 * and credentials than those that the creation goes by.
 */
export async function writeCreation(
  on: Pool | PoolClient,
  creation: Creation,
): Promise<'stored' | 'name-taken' | 'assets-changed'> {
  const { records, assetsVersion } = creation;
  const statement = statementFor(records.length, assetsVersion !== undefined);
  const [row] = await rowsOf<{ stored: boolean; current: boolean }>(
    on,
    statement,
    valuesOfCreation(creation),
  );
  if (row?.stored === true) return 'stored';
  return row?.current === false ? 'assets-changed' : 'name-taken';
}

/** History entries as one JSON value: a request may create more of them than a statement can have placeholders. */
export const historyText = (entries: readonly HistoryEntry[]): string =>
  JSON.stringify(
    entries.map(({ id, workloadId, createdAt, kind, ...body }) => ({
      id,
      workloadId,
      createdAt,
      kind,
      body,
    })),
  );

/** The rows of {@link historyText} in the order of {@link HISTORY_COLUMNS}. */
export const historyRows = (placeholder: string): string =>
  `select ${valuesFrom('entry', ENTRY)}
   from json_to_recordset(${placeholder}::json) as entry (${recordOf(WORKLOAD_RECORDS, ENTRY)})`;
export const HISTORY_COLUMNS = columnsOf(WORKLOAD_RECORDS, ENTRY);

/** The row of an entry of the audit log. */
export const auditRow = ({ at, operation, target, status, caller }: AuditEntry) => ({
  at,
  operation,
  target,
  status,
  subjectId: caller.subjectId,
  subjectName: caller.name,
  address: caller.address,
  requestId: caller.requestId,
});

/** In the order of the placeholders of {@link statementFor}. */
function valuesOfCreation({
  workload,
  history,
  records,
  audit,
  assetsVersion,
}: Creation): readonly unknown[] {
  return [
    ...workloadValues(workload),
    historyText(history),
    ...records.flatMap((record) => sentValues(record)),
    ...auditValues(auditRow(audit)),
    ...(assetsVersion === undefined ? [] : [workload.project.id, assetsVersion]),
  ];
}

const statements = new Map<string, Prepared>();

/** The text, and the name of the prepared statement, depend only on the number of records and the check. */
function statementFor(records: number, checksAssets: boolean): Prepared {
  const name = `create ${records}${checksAssets ? ' of assets' : ''}`;
  const known = statements.get(name);
  if (known !== undefined) return known;
  const made = { name, text: textFor(records, checksAssets) };
  statements.set(name, made);
  return made;
}

function textFor(records: number, checksAssets: boolean): string {
  let count = 0;
  const row = (types: readonly string[]): string => types.map((type) => `$${++count}${type}`).join(', ');
  const rows = (number: number, types: readonly string[]): string =>
    Array.from({ length: number }, () => `(${row(types.map((type) => `::${type}`))})`).join(', ');
  const workload = row(typesOf(WORKLOADS, WORKLOAD_PROPERTIES).map((type) => `::${type}`));
  const history = historyRows(`$${++count}`);
  const sent = rows(records, typesOf(API_OUTBOX, SENT));
  const audit = rows(1, typesOf(AUDIT_LOG, AUDITED));
  // Checks that the data which the creation was based on is unchanged.
  const current = checksAssets
    ? `exists (select from api.projects where id = $${++count} and assets_version = $${++count}::bigint)`
    : 'true';
  return `with created as (
      insert into api.workloads (${WORKLOAD_COLUMNS})
      select ${workload} where ${current}
      on conflict (project_id, name) where deleted_at is null do nothing
      returning id, generation, updated_at, effective_spec),
    noted as (
      insert into api.workload_records (${HISTORY_COLUMNS})
      select entry.* from created, (${history}) as entry),
    sent as (
      insert into api.outbox (${SENT_COLUMNS})
      select record.* from created, (values ${sent}) as record),
    revised as (
      insert into api.revisions (${REVISED})
      select gen_random_uuid(), id, generation, updated_at, effective_spec from created),
    audited as (
      insert into api.audit_log (${columnsOf(AUDIT_LOG, AUDITED)})
      select entry.* from created, (values ${audit}) as entry)
    select exists (select from created) as stored, ${current} as current`;
}
