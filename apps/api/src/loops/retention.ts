import { apiRules, pruneExpired } from '@tessera/adapter-postgres';
import { ANSWER_TTL_MS, type EventStore } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';
import { Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { DataSource } from 'typeorm';
import type { ApiConfig } from '../config';
import type { ApiMetrics } from '../platform/metrics';
import { EVENT_TTL_MS } from './event-copy';

const EVERY_MS = 10 * 60_000;

export interface ApiRetentionDependencies {
  readonly config: ApiConfig;
  readonly dataSource: DataSource;
  readonly events: EventStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<ApiMetrics, 'removed'>;
}

/** Removes rows past their retention, for as long as the process runs. */
export function retentionLoop({
  config,
  dataSource,
  events,
  clock,
  logger,
  metrics,
}: ApiRetentionDependencies): Periodic {
  const rules = apiRules({
    auditDays: config.TESSERA_AUDIT_RETENTION_DAYS,
    historyDays: config.TESSERA_HISTORY_RETENTION_DAYS,
    outboxDays: config.TESSERA_OUTBOX_RETENTION_DAYS,
    inboxDays: config.TESSERA_INBOX_RETENTION_DAYS,
    usageDays: config.TESSERA_USAGE_RETENTION_DAYS,
    answersMs: ANSWER_TTL_MS,
  });
  return new Periodic({
    everyMs: EVERY_MS,
    work: async (signal) => {
      await pruneExpired(dataSource, rules, {
        now: clock.now(),
        signal,
        onRemoved: (what, rows) => metrics.removed.inc({ what }, rows),
      });
      await events.prune(EVENT_TTL_MS);
    },
    onFailure: (err) => logger.warn({ err }, 'could not remove old rows, will retry in the next run'),
  });
}
