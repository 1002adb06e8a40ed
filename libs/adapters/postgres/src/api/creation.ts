import type { Pool, PoolClient } from 'pg';
import type { Creation } from '@tessera/application-submission';
import { rowsOf, type Prepared } from '../prepared';
import { WORKLOAD_COLUMNS, workloadValues } from './workload-row';

/** Parameters of a statement: each value has a place of its own, with its type where Postgres cannot tell it. */
class Values {
  readonly all: unknown[] = [];

  /** A placeholder for each of the values. */
  add(values: readonly unknown[], types: readonly string[] = []): string {
    return values
      .map((value, at) => {
        this.all.push(value);
        const type = types[at];
        return `$${this.all.length}${type === undefined ? '' : `::${type}`}`;
      })
      .join(', ');
  }
}

const HISTORY_TYPES = ['uuid', 'timestamptz', 'text', 'json'];
const OUTBOX_TYPES = ['text', 'text', 'json', 'text'];
const AUDIT_TYPES = ['timestamptz', 'text', 'text', 'text', 'text', 'text', 'text', 'integer'];

/**
 * Writes the workload with its history, outbox, revision and audit rows in one statement, which is one transaction and
 * one round trip. False, and nothing is written, when the project has a living workload of that name.
 */
export async function writeCreation(on: Pool | PoolClient, creation: Creation): Promise<boolean> {
  const { statement, values } = statementOf(creation);
  return (await rowsOf(on, statement, values)).length > 0;
}

/** The text depends on the numbers of rows alone, and so does the name under which connections keep it. */
function statementOf({ workload, history, records, audit }: Creation): {
  readonly statement: Prepared;
  readonly values: readonly unknown[];
} {
  const values = new Values();
  const { caller } = audit;
  const text = `with created as (
      insert into api.workloads (${WORKLOAD_COLUMNS.join(', ')})
      values (${values.add(workloadValues(workload))})
      on conflict (project_id, name) where deleted_at is null do nothing
      returning id, generation, updated_at, effective_spec),
    told as (
      insert into api.workload_records (workload_id, id, created_at, kind, body)
      select created.id, entry.* from created, (values ${history
        .map(
          ({ id, workloadId: _same, createdAt, kind, ...body }) =>
            `(${values.add([id, createdAt, kind, JSON.stringify(body)], HISTORY_TYPES)})`,
        )
        .join(', ')}) as entry),
    sent as (
      insert into api.outbox (topic, key, headers, value)
      select record.* from created, (values ${records
        .map(
          ({ topic, key, headers, value }) =>
            `(${values.add([topic, key, JSON.stringify(headers), value], OUTBOX_TYPES)})`,
        )
        .join(', ')}) as record),
    revised as (
      insert into api.revisions (id, workload_id, generation, created_at, spec)
      select gen_random_uuid(), id, generation, updated_at, effective_spec from created),
    audited as (
      insert into api.audit_log (at, subject_id, subject_name, address, request_id, operation, target, status)
      select ${values.add([audit.at, caller.subjectId, caller.name, caller.address, caller.requestId, audit.operation, audit.target, audit.status], AUDIT_TYPES)} from created)
    select id from created`;
  return { statement: { name: `create ${history.length} ${records.length}`, text }, values: values.all };
}
