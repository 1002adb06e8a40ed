import type { AcceptedWorkload } from '@tessera/application-reconciliation';
import { maybe } from '@tessera/kernel';
import { ACCEPTED_WORKLOADS } from '../entities/scheduler';
import {
  columnsOf,
  excluded,
  propertiesOf,
  readerOf,
  recordOf,
  selected,
  tableOf,
  valuesFrom,
} from '../entities/statements';

/** Columns that are written and read; the others are set by the database. */
const STORED = propertiesOf(ACCEPTED_WORKLOADS, ['updatedAt', 'deletedAt']);
const [, ...BEYOND_ID] = STORED;

/** A row as the driver reads it under the names of {@link SELECTED}. */
export type StoredWorkload = Readonly<Record<(typeof STORED)[number], unknown>> & { readonly id: string };

const read = readerOf(ACCEPTED_WORKLOADS, STORED);

/** Converts the row in place. */
export function toWorkload(row: StoredWorkload): AcceptedWorkload {
  const { id: _id, references, trace, orgUnitVersions, revision, earlier, scaling, ...workload } = read(row);
  return {
    ...workload,
    ...maybe('references', references),
    ...maybe('trace', trace),
    ...maybe('orgUnitVersions', orgUnitVersions),
    ...maybe('revision', revision),
    ...maybe('earlier', earlier),
    ...maybe('scaling', scaling),
  };
}

export const SELECTED = selected(ACCEPTED_WORKLOADS, STORED, 'workloads');
/** Columns of the table, in the order of {@link GIVEN}. */
export const COLUMNS = columnsOf(ACCEPTED_WORKLOADS, STORED);
/** Reads all fields of workloads from JSON in one pass over the text. */
export const GIVEN = recordOf(ACCEPTED_WORKLOADS, STORED);
/** The fields of such a record. */
export const valuesOfRecord = (record: string): string => valuesFrom(record, STORED);

/** Inserts or replaces each row. */
export const SAVE = `insert into ${tableOf(ACCEPTED_WORKLOADS)} (${COLUMNS})
    select ${valuesOfRecord('given')} from json_to_recordset($1::json) as given (${GIVEN})
    on conflict (id) do update set ${excluded(ACCEPTED_WORKLOADS, BEYOND_ID)}, updated_at = now()`;
