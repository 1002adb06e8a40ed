import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, type EventLog, type Subscription } from '@tessera/application-messaging';
import type { FactStore } from '@tessera/application-control-plane';
import { eventsTopic } from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';

/** How long an event can be streamed again, ms: the retention of the events topic. */
export const FACTS_KEPT_MS = eventsTopic('').retentionMs;

export interface EventCopyDependencies {
  readonly facts: FactStore;
  readonly topicPrefix: string;
  readonly log: EventLog;
  readonly logger: Logger;
}

/**
 * Stores the records of the events topic for HTTP event streams, in a consumer group of its own: one instance writes.
 */
export const startFacts = ({
  facts,
  topicPrefix,
  log,
  logger,
}: EventCopyDependencies): Promise<Subscription> =>
  consumeEvents({
    log,
    group: `${topicPrefix}-api-facts`,
    topics: [eventsTopic(topicPrefix)],
    handleBatch: (received) =>
      facts.record(received.flatMap(({ decoded }) => (decoded.kind === 'event' ? [decoded.event] : []))),
    isUnavailable: isDatabaseUnavailable,
    pacing: realPacing,
    onDeadLetter: ({ topic, partition, offset }, err) =>
      logger.error(
        { err, topic, partition, offset },
        'moved an event that cannot be stored to the dead-letter topic',
      ),
  });
