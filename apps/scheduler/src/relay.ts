import { PostgresOutbox } from '@tessera/adapter-postgres';
import { Relay, tracedPublishing, type EventLog } from '@tessera/application-messaging';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';
import type { DataSource } from 'typeorm';
import type { SchedulerConfig } from './config';
import type { SchedulerMetrics } from './metrics';

export interface RelayParts {
  readonly config: SchedulerConfig;
  readonly dataSource: DataSource;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Pick<SchedulerMetrics, 'published'>;
}

/** Creates the relay of the scheduler's outbox to the event log; it is not started yet. */
export const createRelay = (
  { config, dataSource, log, logger, metrics }: RelayParts,
  onRound: () => void,
): Relay =>
  new Relay({
    outbox: new PostgresOutbox(dataSource, config.TESSERA_DATABASE_URL, 'scheduler'),
    log: tracedPublishing(log, spans),
    pacing: realPacing,
    onFailure: (err, failures) => logger.warn({ err, failures }, 'could not relay the outbox, will retry'),
    onPublished: (rows) => metrics.published.inc(rows),
    onRound,
    onParked: (parked) => {
      for (const { row, reason } of parked)
        logger.error(
          { id: row.id, topic: row.topic, key: row.key, reason },
          'parked an outbox row that no topic accepts',
        );
    },
  });
