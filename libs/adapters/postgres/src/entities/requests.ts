import { boolean, CLOCK, integer, json, PRIMARY, serial, text, time, uuid } from './columns';
import { entity } from './entity';

/** The answer that was given under an idempotency key. */
export interface IdempotencyKeyRow {
  readonly subjectId: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly answer: object;
  readonly createdAt: string;
}

export const IDEMPOTENCY_KEYS = entity<IdempotencyKeyRow>(
  { name: 'IdempotencyKey', schema: 'api', tableName: 'idempotency_keys' },
  { subjectId: text(PRIMARY), key: text(PRIMARY), bodyHash: text(), answer: json(), createdAt: time() },
  { indices: [{ name: 'idempotency_keys_at', columns: ['createdAt'] }] },
);

export interface AuditRow {
  readonly seq: string;
  readonly at: string;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly address: string;
  readonly requestId: string;
  readonly operation: string;
  readonly target: string;
  readonly status: number;
  /** Number of calls that the row stands for. */
  readonly count: number;
}

export const AUDIT_LOG = entity<AuditRow>(
  { name: 'AuditEntry', schema: 'api', tableName: 'audit_log' },
  {
    seq: serial(PRIMARY),
    at: time(),
    subjectId: text(),
    subjectName: text(),
    address: text(),
    requestId: text(),
    operation: text(),
    target: text(),
    status: integer(),
    count: integer({ default: 1 }),
  },
  { indices: [{ name: 'audit_log_at', columns: ['at'] }] },
);

/** An event of the stream, in the order of its position. */
export interface EventRow {
  readonly position: string;
  readonly source: string;
  readonly eventId: string;
  readonly type: string;
  readonly workloadId: string;
  readonly body: object;
  readonly at: string;
}

export const EVENTS_TABLE = entity<EventRow>(
  { name: 'Event', schema: 'api', tableName: 'events' },
  {
    position: serial(PRIMARY),
    source: text(),
    eventId: text(),
    type: text(),
    workloadId: uuid(),
    body: json(),
    at: time(CLOCK),
  },
  {
    uniques: [{ columns: ['source', 'eventId'] }],
    indices: [
      { name: 'events_by_workload', columns: ['workloadId', 'position'] },
      { name: 'events_at', columns: ['at'] },
    ],
  },
);

/** The one row with the position up to which events were removed. */
export interface EventsTrimmedRow {
  readonly oneRow: boolean;
  readonly position: string;
}

export const EVENTS_TRIMMED = entity<EventsTrimmedRow>(
  { name: 'EventsTrimmed', schema: 'api', tableName: 'events_trimmed' },
  { oneRow: boolean({ ...PRIMARY, default: true }), position: { type: 'bigint' } },
  { checks: [{ name: 'events_trimmed_one_row_check', expression: 'one_row' }] },
);
