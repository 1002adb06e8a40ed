import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, type EventLog, type Subscription } from '@tessera/application-messaging';
import type { EventStore } from '@tessera/application-control-plane';
import { eventsTopic } from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiMetrics } from '../platform/metrics';

/** How long an event can be streamed again, ms: the retention of the events topic. */
export const EVENT_TTL_MS = eventsTopic('').retentionMs;

export interface EventCopyDependencies {
  readonly events: EventStore;
  readonly topicPrefix: string;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Pick<ApiMetrics, 'deadLetters'>;
}

/**
 * Stores the records of the events topic for HTTP event streams, in a consumer group of its own: one instance writes.
 */
export const startEventCopy = ({
  events,
  topicPrefix,
  log,
  logger,
  metrics,
}: EventCopyDependencies): Promise<Subscription> =>
  consumeEvents({
    log,
    group: `${topicPrefix}-api-events`,
    topics: [eventsTopic(topicPrefix)],
    handleBatch: (received) =>
      events.record(received.flatMap(({ decoded }) => (decoded.kind === 'event' ? [decoded.event] : []))),
    isUnavailable: isDatabaseUnavailable,
    pacing: realPacing,
    onDeadLetter: ({ topic, partition, offset }, err) => {
      metrics.deadLetters.inc({ topic, error: err.name });
      logger.error(
        { err, topic, partition, offset },
        'moved an event that cannot be stored to the dead-letter topic',
      );
    },
  });
