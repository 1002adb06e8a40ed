import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, type EventLog, type Subscription } from '@tessera/application-messaging';
import { recordUsage, type UsageStore } from '@tessera/application-usage';
import { eventsTopic, workloadsTopic } from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiMetrics } from '../platform/metrics';

export interface UsageConsumerDependencies {
  readonly store: UsageStore;
  readonly topicPrefix: string;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Pick<ApiMetrics, 'deadLetters'>;
}

/** Records what events say about allocations, in a consumer group of its own: it can be read again from the start. */
export const startUsageConsumer = ({
  store,
  topicPrefix,
  log,
  logger,
  metrics,
}: UsageConsumerDependencies): Promise<Subscription> =>
  consumeEvents({
    log,
    group: `${topicPrefix}-api-usage`,
    topics: [eventsTopic(topicPrefix), workloadsTopic(topicPrefix)],
    handleBatch: (received) =>
      recordUsage(
        store,
        received.map(({ decoded }) => decoded),
      ),
    isUnavailable: isDatabaseUnavailable,
    pacing: realPacing,
    onDeadLetter: ({ topic, partition, offset }, err) => {
      metrics.deadLetters.inc({ topic, error: err.name });
      logger.error(
        { err, topic, partition, offset },
        'moved an event whose usage cannot be recorded to the dead-letter topic',
      );
    },
  });
