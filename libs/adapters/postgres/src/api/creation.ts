import type { Pool, PoolClient } from 'pg';
import type { Creation, HistoryEntry } from '@tessera/application-control-plane';
import { rowsOf, type Prepared } from '../prepared';
import { WORKLOAD_COLUMNS, WORKLOAD_TYPES, workloadValues } from './workload-row';

/** Types of the values of a row that Postgres cannot infer from the column. */
const OUTBOX = ['text', 'text', 'json', 'text'];
const AUDIT = ['timestamptz', 'text', 'text', 'text', 'text', 'text', 'text', 'integer'];

/**
 * Writes the workload with its history, outbox, revision and audit rows in one statement, which is one transaction and
 * one round trip. Otherwise nothing is written: the project has a living workload of that name, or other data volumes
 * and credentials than those that the creation goes by.
 */
export async function writeCreation(
  on: Pool | PoolClient,
  creation: Creation,
): Promise<'stored' | 'name-taken' | 'assets-changed'> {
  const { records, assetsVersion } = creation;
  const statement = statementFor(records.length, assetsVersion !== undefined);
  const [row] = await rowsOf<{ stored: boolean; current: boolean }>(on, statement, valuesOf(creation));
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
  `select entry.id, entry."workloadId", entry."createdAt", entry.kind, entry.body
   from json_to_recordset(${placeholder}::json)
     as entry (id uuid, "workloadId" uuid, "createdAt" timestamptz, kind text, body json)`;
export const HISTORY_COLUMNS = 'id, workload_id, created_at, kind, body';

/** In the order of the placeholders of {@link statementFor}. */
function valuesOf({ workload, history, records, audit, assetsVersion }: Creation): readonly unknown[] {
  const { caller } = audit;
  return [
    ...workloadValues(workload),
    historyText(history),
    ...records.flatMap(({ topic, key, headers, value }) => [topic, key, JSON.stringify(headers), value]),
    audit.at,
    caller.subjectId,
    caller.name,
    caller.address,
    caller.requestId,
    audit.operation,
    audit.target,
    audit.status,
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
  const workload = row(WORKLOAD_TYPES.map((type) => `::${type}`));
  const history = historyRows(`$${++count}`);
  const sent = rows(records, OUTBOX);
  const audit = rows(1, AUDIT);
  // Checks that the data which the creation was based on is unchanged.
  const current = checksAssets
    ? `exists (select from api.projects where id = $${++count} and assets_version = $${++count}::bigint)`
    : 'true';
  return `with created as (
      insert into api.workloads (${WORKLOAD_COLUMNS.join(', ')})
      select ${workload} where ${current}
      on conflict (project_id, name) where deleted_at is null do nothing
      returning id, generation, updated_at, effective_spec),
    told as (
      insert into api.workload_records (${HISTORY_COLUMNS})
      select entry.* from created, (${history}) as entry),
    sent as (
      insert into api.outbox (topic, key, headers, value)
      select record.* from created, (values ${sent}) as record),
    revised as (
      insert into api.revisions (id, workload_id, generation, created_at, spec)
      select gen_random_uuid(), id, generation, updated_at, effective_spec from created),
    audited as (
      insert into api.audit_log (at, subject_id, subject_name, address, request_id, operation, target, status)
      select entry.* from created, (values ${audit}) as entry)
    select exists (select from created) as stored, ${current} as current`;
}
