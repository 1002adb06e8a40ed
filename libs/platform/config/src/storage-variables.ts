import { z } from 'zod';
import { count, flag, list, milliseconds, text, variable, type Variable } from './variable';

const days = z.coerce.number().int().min(0).max(36_500);
/** Commands are kept for a week, dead letters, which somebody may send again, for four. */
const afterAllTopics = days
  .refine((value) => value === 0 || value >= 35, 'has to be 0 or at least 35 days')
  .default(35);

/** Where state and messages are kept, for how long, and within which limits. */
export const STORAGE_VARIABLES = {
  TESSERA_DATABASE_URL: variable(
    text,
    'Postgres URL; `sslmode=require` turns TLS on. For `migrate` that of the owner of the tables.',
    true,
  ),
  TESSERA_API_DATABASE_URL: variable(
    text.optional(),
    'For `migrate`: the Postgres URL of the API. Its user is made where it is missing and gets the rows of the API alone.',
    true,
  ),
  TESSERA_SCHEDULER_DATABASE_URL: variable(
    text.optional(),
    'For `migrate`: the Postgres URL of the schedulers. Its user is made where it is missing and gets the rows of the scheduler alone.',
    true,
  ),
  TESSERA_DATABASE_POOL: variable(
    count.min(1).default(10),
    'Most connections that one process opens to Postgres.',
  ),
  TESSERA_DATABASE_CONNECT_MS: variable(
    milliseconds.default(10_000),
    'Longest wait for a connection to Postgres, a free one of the pool or a new one, ms; 0 is no limit. A request that waited in vain is 503.',
  ),
  TESSERA_DATABASE_STATEMENT_MS: variable(
    milliseconds.default(30_000),
    'Longest time one statement may take in Postgres, ms; 0 is no limit. Migrations have none.',
  ),
  TESSERA_DATABASE_LOCK_MS: variable(
    milliseconds.default(10_000),
    'Longest wait of a statement for a lock of another transaction, ms; 0 is no limit.',
  ),
  TESSERA_DATABASE_IDLE_TRANSACTION_MS: variable(
    milliseconds.default(60_000),
    'How long a transaction may stay open between two statements before Postgres ends it, ms; 0 is no limit.',
  ),
  TESSERA_LIVENESS_MS: variable(
    milliseconds.min(1_000).default(60_000),
    'How long a process may make no progress before `/livez` says so, ms: all connections of the pool in use and none given back; for loops that wait for others five times as long.',
  ),
  TESSERA_AUDIT_RETENTION_DAYS: variable(
    days.default(365),
    'Days that the audit log is kept; 0 is for ever.',
  ),
  TESSERA_HISTORY_RETENTION_DAYS: variable(
    days.default(90),
    'Days that the history of workloads is kept, and workloads that are gone with their pods and revisions; 0 is for ever.',
  ),
  TESSERA_OUTBOX_RETENTION_DAYS: variable(
    days.default(1),
    'Days that rows of the outbox are kept after they were published; 0 is for ever.',
  ),
  TESSERA_INBOX_RETENTION_DAYS: variable(
    afterAllTopics,
    'Days for which a copy of a handled event counts as one, and rows that no topic takes are kept; 0 is for ever. At least 35: longer than any topic keeps its records.',
  ),
  TESSERA_GONE_RETENTION_DAYS: variable(
    afterAllTopics,
    'Days that the scheduler remembers workloads, projects and departments that are gone, so that a late command brings none back; 0 is for ever. At least 35, as above.',
  ),
  TESSERA_KAFKA_BROKERS: variable(
    list.optional(),
    'Comma list of brokers; without it the embedded event log on Postgres is used.',
  ),
  TESSERA_KAFKA_SSL: variable(flag.default(false), 'Use TLS towards the brokers.'),
  TESSERA_KAFKA_CA: variable(
    text.optional(),
    'Certificates, in PEM, of the authorities that the brokers are trusted by; without it those of the system.',
    true,
  ),
  TESSERA_KAFKA_SASL_MECHANISM: variable(
    z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
    'SASL mechanism towards the brokers.',
  ),
  TESSERA_KAFKA_SASL_USERNAME: variable(text.optional(), 'SASL user.'),
  TESSERA_KAFKA_SASL_PASSWORD: variable(text.optional(), 'SASL password.', true),
  TESSERA_TOPIC_PREFIX: variable(text.default('tessera'), 'First part of every topic name.'),
  TESSERA_TOPIC_PARTITIONS: variable(
    count.min(1).default(6),
    'Partitions of a topic when it is created; never changed later.',
  ),
  TESSERA_TOPIC_REPLICATION: variable(
    count.min(1).default(1),
    'Replication factor of a topic when it is created.',
  ),
  TESSERA_RECORD_LIMIT_BYTES: variable(
    count.min(65_536).default(1_048_588),
    'Largest record that the topics take, bytes: their `max.message.bytes`, which topics get when they are created. A request that would become more is refused with 413; 8 KiB of it are kept for headers.',
  ),
} as const satisfies Record<string, Variable>;
