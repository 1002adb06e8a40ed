import type { PostgresAcceptedWorkloads, PostgresOutbox } from '@tessera/adapter-postgres';
import { Relay, tracedPublishing, type EventLog } from '@tessera/application-messaging';
import { reportParkedEvent } from '@tessera/application-reconciliation';
import type { Clock } from '@tessera/kernel';
import { realPacing, type Progress } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';
import type { SchedulerConfig } from '../config';
import type { SchedulerMetrics } from '../metrics/metrics';
import { reporterOf } from '../reconciliation/options';

export interface RelayDependencies {
  readonly outbox: PostgresOutbox;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Pick<SchedulerMetrics, 'published'>;
  readonly progress: Pick<Progress, 'made'>;
  readonly workloads: PostgresAcceptedWorkloads;
  readonly clock: Clock;
  readonly config: SchedulerConfig;
}

/** The relay of the scheduler's outbox to the event log; it is not started yet. */
export const createRelay = ({
  outbox,
  log,
  logger,
  metrics,
  progress,
  workloads,
  clock,
  config,
}: RelayDependencies): Relay =>
  new Relay({
    outbox,
    log: tracedPublishing(log, spans),
    pacing: realPacing,
    onFailure: (err, failures) => logger.warn({ err, failures }, 'could not relay the outbox, will retry'),
    onPublished: (rows) => metrics.published.inc(rows),
    onRound: progress.made,
    onParked: (parked) => {
      for (const { row, reason } of parked)
        logger.error(
          { id: row.id, topic: row.topic, key: row.key, reason },
          'parked an outbox row that no topic accepts',
        );
    },
    report: (parked) =>
      reportParkedEvent(
        {
          workloads,
          reporter: reporterOf(config),
          clusterId: config.TESSERA_CLUSTER_ID,
          now: () => clock.now(),
        },
        parked,
      ),
    onUnreported: (err, { row: { id, key } }) =>
      logger.warn({ err, id, key }, 'could not report a parked event to its workload, will retry'),
  });
