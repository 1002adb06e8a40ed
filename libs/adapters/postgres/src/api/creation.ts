import type { Pool, PoolClient } from 'pg';
import type { Creation, HistoryEntry } from '@tessera/application-submission';
import { rowsOf, type Prepared } from '../prepared';
import { WORKLOAD_COLUMNS, workloadValues } from './workload-row';

/** Types of the values of a row, where Postgres cannot tell them from the column. */
const OUTBOX = ['text', 'text', 'json', 'text'];
const AUDIT = ['timestamptz', 'text', 'text', 'text', 'text', 'text', 'text', 'integer'];

/**
 * Writes the workload with its history, outbox, revision and audit rows in one statement, which is one transaction and
 * one round trip. False, and nothing is written, when the project has a living workload of that name.
 */
export async function writeCreation(on: Pool | PoolClient, creation: Creation): Promise<boolean> {
  return (await rowsOf(on, statementFor(creation.records.length), valuesOf(creation))).length > 0;
}

/** Entries of a history as one JSON value: a request may make more of them than a statement takes placeholders. */
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
function valuesOf({ workload, history, records, audit }: Creation): readonly unknown[] {
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
  ];
}

const statements = new Map<string, Prepared>();

/** The text depends on the number of records alone, and so does the name under which connections keep it. */
function statementFor(records: number): Prepared {
  const name = `create ${records}`;
  const known = statements.get(name);
  if (known !== undefined) return known;
  const made = { name, text: textFor(records) };
  statements.set(name, made);
  return made;
}

function textFor(records: number): string {
  let count = 0;
  const row = (types: readonly string[]): string => types.map((type) => `$${++count}${type}`).join(', ');
  const rows = (number: number, types: readonly string[]): string =>
    Array.from({ length: number }, () => `(${row(types.map((type) => `::${type}`))})`).join(', ');
  return `with created as (
      insert into api.workloads (${WORKLOAD_COLUMNS.join(', ')})
      values (${row(WORKLOAD_COLUMNS.map(() => ''))})
      on conflict (project_id, name) where deleted_at is null do nothing
      returning id, generation, updated_at, effective_spec),
    told as (
      insert into api.workload_records (${HISTORY_COLUMNS})
      select entry.* from created, (${historyRows(`$${++count}`)}) as entry),
    sent as (
      insert into api.outbox (topic, key, headers, value)
      select record.* from created, (values ${rows(records, OUTBOX)}) as record),
    revised as (
      insert into api.revisions (id, workload_id, generation, created_at, spec)
      select gen_random_uuid(), id, generation, updated_at, effective_spec from created),
    audited as (
      insert into api.audit_log (at, subject_id, subject_name, address, request_id, operation, target, status)
      select entry.* from created, (values ${rows(1, AUDIT)}) as entry)
    select id from created`;
}
