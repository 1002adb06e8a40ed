import { z } from 'zod';
import { count, flag, list, milliseconds, text, variable, type Variable } from './variable';

const days = z.coerce.number().int().min(0).max(36_500);
/** Longer than the topics keep records: commands for a week, dead letters, which may be sent again, for four. */
const afterAllTopics = days
  .refine((value) => value === 0 || value >= 35, 'must be 0 or at least 35 days')
  .default(35);

/** Settings of storage and messaging: addresses, retention, limits. */
export const STORAGE_VARIABLES = {
  TESSERA_DATABASE_URL: variable(
    text,
    'Postgres URL; `sslmode=require` turns TLS on. For `migrate`: the URL of the owner of the tables.',
    true,
  ),
  TESSERA_API_DATABASE_URL: variable(
    text.optional(),
    'For `migrate`: the Postgres URL of the API. `migrate` creates its user if missing and gives it access only to the data of the API.',
    true,
  ),
  TESSERA_SCHEDULER_DATABASE_URL: variable(
    text.optional(),
    'For `migrate`: the Postgres URL of the schedulers. `migrate` creates its user if missing and gives it access only to the data of the scheduler.',
    true,
  ),
  TESSERA_DATABASE_POOL: variable(
    count.min(1).default(10),
    'Maximum connections from one process to Postgres.',
  ),
  TESSERA_DATABASE_CONNECT_MS: variable(
    milliseconds.default(10_000),
    'Maximum wait for a connection to Postgres, pooled or new, ms; 0 means no limit. A request that gets none is answered with 503.',
  ),
  TESSERA_DATABASE_STATEMENT_MS: variable(
    milliseconds.default(30_000),
    'Statement timeout in Postgres, ms; 0 means no limit. Migrations have no limit.',
  ),
  TESSERA_DATABASE_LOCK_MS: variable(
    milliseconds.default(10_000),
    'Maximum wait of a statement for a lock of another transaction, ms; 0 means no limit.',
  ),
  TESSERA_DATABASE_IDLE_TRANSACTION_MS: variable(
    milliseconds.default(15_000),
    'How long a transaction may be idle between two statements before Postgres ends it, ms; 0 means no limit.',
  ),
  TESSERA_LIVENESS_MS: variable(
    milliseconds.min(1_000).default(60_000),
    'How long a process may make no progress before `/livez` fails, ms. No progress means that all pooled connections are in use and none is returned; loops that wait for other services get five times as long.',
  ),
  TESSERA_AUDIT_RETENTION_DAYS: variable(
    days.default(365),
    'Retention of the audit log, days; 0 means forever.',
  ),
  TESSERA_HISTORY_RETENTION_DAYS: variable(
    days.default(90),
    'Retention of the history of workloads, and of deleted workloads with their pods and revisions, days; 0 means forever.',
  ),
  TESSERA_OUTBOX_RETENTION_DAYS: variable(
    days.default(1),
    'Retention of published outbox rows, days; 0 means forever.',
  ),
  TESSERA_INBOX_RETENTION_DAYS: variable(
    afterAllTopics,
    'How long duplicates of a handled event are detected, and how long parked rows that no topic accepted are kept, days; 0 means forever. At least 35, which is longer than any topic keeps its records.',
  ),
  TESSERA_TOMBSTONE_RETENTION_DAYS: variable(
    afterAllTopics,
    "Retention of the scheduler's tombstones of deleted workloads, projects and departments, days; a late command cannot recreate what has a tombstone. 0 means forever. At least 35, as for the inbox.",
  ),
  TESSERA_KAFKA_BROKERS: variable(
    list.optional(),
    'Comma list of brokers. If empty, the embedded event log on Postgres is used.',
  ),
  TESSERA_KAFKA_SSL: variable(flag.default(false), 'Connect to the brokers with TLS.'),
  TESSERA_KAFKA_CA: variable(
    text.optional(),
    'Certificates of the authorities that sign the certificates of the brokers, in PEM. If empty, the authorities of the system are used.',
    true,
  ),
  TESSERA_KAFKA_SASL_MECHANISM: variable(
    z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
    'SASL mechanism for the brokers.',
  ),
  TESSERA_KAFKA_SASL_USERNAME: variable(text.optional(), 'SASL user.'),
  TESSERA_KAFKA_SASL_PASSWORD: variable(text.optional(), 'SASL password.', true),
  TESSERA_TOPIC_PREFIX: variable(text.default('tessera'), 'Prefix of every topic name.'),
  TESSERA_TOPIC_PARTITIONS: variable(
    count.min(1).default(6),
    'Partitions of new topics; existing topics are not changed.',
  ),
  TESSERA_TOPIC_REPLICATION: variable(count.min(1).default(1), 'Replication factor of new topics.'),
  TESSERA_RECORD_LIMIT_BYTES: variable(
    count.min(65_536).default(1_048_588),
    'Maximum record size of the topics, bytes: the `max.message.bytes` of new topics. 8 KiB of it are reserved for headers. A request that would become larger is rejected with 413.',
  ),
} as const satisfies Record<string, Variable>;
