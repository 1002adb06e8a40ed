import type { Pool, PoolClient } from 'pg';
import type { AuditEntry, Creation, HistoryEntry } from '@tessera/application-control-plane';
import { API_OUTBOX } from '../../entities/messaging';
import { AUDIT_LOG } from '../../entities/requests';
import {
  columnsOf,
  propertiesOf,
  recordOf,
  tableOf,
  typesOf,
  valuesFrom,
  valuesOf,
} from '../../entities/statements';
import { REVISIONS, WORKLOAD_RECORDS, WORKLOADS } from '../../entities/workloads';
import { PROJECTS } from '../../entities/organisation';
import { SENT, SENT_COLUMNS } from '../../outbox';
import { rowsOf, type Prepared } from '../../prepared';
import { WORKLOAD_COLUMNS, WORKLOAD_PROPERTIES, workloadValues } from './workload-row';

const ENTRY = propertiesOf(WORKLOAD_RECORDS, ['seq']);
const REVISED = columnsOf(REVISIONS, propertiesOf(REVISIONS));
/** Columns of the audit log that a call fills; the count of a call that is not refused is 1. */
export const AUDITED = propertiesOf(AUDIT_LOG, ['seq', 'count']);
const auditValues = valuesOf(AUDIT_LOG, AUDITED);
const sentValues = valuesOf(API_OUTBOX, SENT);

/** Outcome of a creation: another workload of the project may have its name, its assets may have changed. */
export type Written = 'stored' | 'name-conflict' | 'assets-changed';

/** Creations of one shape are written by one statement: so many records, with or without a check of the assets. */
export const shapeOf = ({ records, assetsVersion }: Creation): string =>
  `${records.length}${assetsVersion === undefined ? '' : ' of assets'}`;

/**
 * Writes workloads of one shape with their history, outbox, revision and audit rows in one statement, which is one
 * transaction and one round trip; inserts by repositories took about seven times as long (ADR 0021). Nothing of a
 * creation is written if the project has an existing workload of its name, or other data volumes and credentials than
 * those that it was based on.
 */
export async function writeCreations(
  on: Pool | PoolClient,
  creations: readonly Creation[],
): Promise<readonly Written[]> {
  const [first] = creations;
  if (first === undefined) return [];
  // All statements lock names in the same order, so that they never deadlock.
  const ordered = [...creations].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rows = await rowsOf<{ id: string; stored: boolean; current: boolean }>(
    on,
    statementFor(ordered.length, first),
    valuesOfCreations(ordered),
  );
  const written = new Map(rows.map(({ id, stored, current }) => [id, outcomeOf(stored, current)]));
  return creations.map(({ workload }) => written.get(workload.id) ?? 'name-conflict');
}

const keyOf = ({ workload }: Creation): string => `${workload.project.id}/${workload.name}`;

function outcomeOf(stored: boolean, current: boolean): Written {
  if (stored) return 'stored';
  return current ? 'name-conflict' : 'assets-changed';
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
const valuesOfCreations = (creations: readonly Creation[]): readonly unknown[] => [
  historyText(creations.flatMap(({ history }) => history)),
  ...creations.flatMap(({ workload, records, audit, assetsVersion }) => [
    ...workloadValues(workload),
    ...records.flatMap((record) => sentValues(record)),
    ...auditValues(auditRow(audit)),
    ...(assetsVersion === undefined ? [] : [workload.project.id, assetsVersion]),
  ]),
];

const statements = new Map<string, Prepared>();

/** The text, and the name of the prepared statement, depend only on the number of creations and their shape. */
function statementFor(count: number, one: Creation): Prepared {
  const name = `create ${count} with ${shapeOf(one)}`;
  const known = statements.get(name);
  if (known !== undefined) return known;
  const made = { name, text: textFor(count, one.records.length, one.assetsVersion !== undefined) };
  statements.set(name, made);
  return made;
}

const WORKLOAD_TYPES = typesOf(WORKLOADS, WORKLOAD_PROPERTIES);
const SENT_TYPES = typesOf(API_OUTBOX, SENT);
const AUDITED_COLUMNS = columnsOf(AUDIT_LOG, AUDITED);
const AUDITED_TYPES = typesOf(AUDIT_LOG, AUDITED);
const AT_ID = WORKLOAD_PROPERTIES.indexOf('id');

function textFor(count: number, records: number, checksAssets: boolean): string {
  let last = 1;
  const row = (types: readonly string[]): readonly string[] => types.map((type) => `$${++last}::${type}`);
  const parts = Array.from({ length: count }, () => ({
    workload: row(WORKLOAD_TYPES),
    sent: Array.from({ length: records }, () => row(SENT_TYPES).join(', ')),
    audit: row(AUDITED_TYPES).join(', '),
    // Checks that the data which the creation was based on is unchanged.
    current: checksAssets
      ? `exists (select from ${tableOf(PROJECTS)} where id = $${++last} and assets_version = $${++last}::bigint)`
      : 'true',
  }));
  const workloads = parts.map(({ workload, current }) => `select ${workload.join(', ')} where ${current}`);
  const sent = parts.flatMap((part) => part.sent).map((values, place) => `(${place}, ${values})`);
  const asked = parts.map(({ workload, current }) => `(${workload[AT_ID]}, ${current})`);
  return `with created as (
      insert into ${tableOf(WORKLOADS)} (${WORKLOAD_COLUMNS})
      ${workloads.join(' union all ')}
      on conflict (project_id, name) where deleted_at is null do nothing
      returning id, generation, updated_at, effective_spec),
    noted as (
      insert into ${tableOf(WORKLOAD_RECORDS)} (${HISTORY_COLUMNS})
      select entry.* from (${historyRows('$1')}) as entry
      where entry."workloadId" in (select id from created)),
    sent as (
      insert into ${tableOf(API_OUTBOX)} (${SENT_COLUMNS})
      select ${SENT_COLUMNS} from (values ${sent.join(', ')}) as record (place, ${SENT_COLUMNS})
      where key in (select id::text from created) order by place),
    revised as (
      insert into ${tableOf(REVISIONS)} (${REVISED})
      select gen_random_uuid(), id, generation, updated_at, effective_spec from created),
    audited as (
      insert into ${tableOf(AUDIT_LOG)} (${AUDITED_COLUMNS})
      select ${AUDITED_COLUMNS} from (values ${parts.map(({ audit }) => `(${audit})`).join(', ')}) as entry (${AUDITED_COLUMNS})
      where target in (select id::text from created))
    select id, id in (select id from created) as stored, current
    from (values ${asked.join(', ')}) as asked (id, current)`;
}
