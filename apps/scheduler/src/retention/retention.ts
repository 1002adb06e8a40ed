import { pruneExpired, schedulerRules } from '@tessera/adapter-postgres';
import type { Clock } from '@tessera/kernel';
import { Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { DataSource } from 'typeorm';
import type { SchedulerConfig } from '../config';
import type { SchedulerMetrics } from '../metrics/metrics';

const EVERY_MS = 10 * 60_000;

export interface SchedulerRetentionDependencies {
  readonly config: SchedulerConfig;
  readonly dataSource: DataSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<SchedulerMetrics, 'removed'>;
}

/** Deletes rows past their retention for as long as the process runs. */
export function retentionLoop({
  config,
  dataSource,
  clock,
  logger,
  metrics,
}: SchedulerRetentionDependencies): Periodic {
  const rules = schedulerRules({
    outboxDays: config.TESSERA_OUTBOX_RETENTION_DAYS,
    inboxDays: config.TESSERA_INBOX_RETENTION_DAYS,
    tombstoneDays: config.TESSERA_TOMBSTONE_RETENTION_DAYS,
  });
  return new Periodic({
    everyMs: EVERY_MS,
    work: (signal) =>
      pruneExpired(dataSource, rules, {
        now: clock.now(),
        signal,
        onRemoved: (what, rows) => metrics.removed.inc({ what }, rows),
      }),
    onFailure: (err) => logger.warn({ err }, 'could not delete expired rows, will retry on the next run'),
  });
}
