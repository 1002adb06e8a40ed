import { CLOCK, json, NOW, NULLABLE, PRIMARY, serial, text, time } from './columns';
import { entity } from './entity';

export interface OutboxTableRow {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string | null;
  readonly createdAt: string;
  readonly publishedAt: string | null;
  readonly parkedAt: string | null;
  readonly parkedReason: string | null;
}

export interface InboxTableRow {
  readonly consumer: string;
  readonly eventId: string;
  readonly at: string;
}

/** The outbox of the API. */
export const API_OUTBOX = outbox('ApiOutbox', 'api');
/** The outbox of the schedulers. */
export const SCHEDULER_OUTBOX = outbox('SchedulerOutbox', 'scheduler');
export const API_INBOX = inbox('ApiInbox', 'api');
export const SCHEDULER_INBOX = inbox('SchedulerInbox', 'scheduler');

/** Services that own tables of messages; also the names of their Postgres schemas. */
export type MessagingSchema = 'api' | 'scheduler';

function outbox(name: string, schema: MessagingSchema) {
  return entity<OutboxTableRow>(
    { name, schema, tableName: 'outbox' },
    {
      id: serial(PRIMARY),
      topic: text(),
      key: text(),
      headers: json(),
      value: text(NULLABLE),
      createdAt: time(CLOCK),
      publishedAt: time(NULLABLE),
      parkedAt: time(NULLABLE),
      parkedReason: text(NULLABLE),
    },
    {
      indices: [
        { name: 'outbox_waiting', columns: ['id'], where: 'published_at is null and parked_at is null' },
        { name: 'outbox_published', columns: ['publishedAt'], where: 'published_at is not null' },
        { name: 'outbox_parked', columns: ['parkedAt'], where: 'parked_at is not null' },
      ],
    },
  );
}

function inbox(name: string, schema: MessagingSchema) {
  return entity<InboxTableRow>(
    { name, schema, tableName: 'inbox' },
    { consumer: text(PRIMARY), eventId: text(PRIMARY), at: time(NOW) },
    { indices: [{ name: 'inbox_at', columns: ['at'] }] },
  );
}
