import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, type EventLog, type Subscription } from '@tessera/application-messaging';
import { recordTraffic, recordUsage, type TrafficStore, type UsageStore } from '@tessera/application-usage';
import { eventsTopic, usageTopic, workloadsTopic, type Decoded, type Topic } from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiMetrics } from '../platform/metrics';

export interface UsageConsumerDependencies {
  readonly topicPrefix: string;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Pick<ApiMetrics, 'deadLetters'>;
}

/** Records what events say about allocations, in a consumer group of its own: it can be read again from the start. */
export const startUsageConsumer = (store: UsageStore, on: UsageConsumerDependencies): Promise<Subscription> =>
  consume(on, 'api-usage', [eventsTopic(on.topicPrefix), workloadsTopic(on.topicPrefix)], (records) =>
    recordUsage(store, records),
  );

/** Adds the requests and tokens that gateways report. */
export const startTrafficConsumer = (
  store: TrafficStore,
  on: UsageConsumerDependencies,
): Promise<Subscription> =>
  consume(on, 'api-traffic', [usageTopic(on.topicPrefix)], (records) => recordTraffic(store, records));

const consume = (
  { topicPrefix, log, logger, metrics }: UsageConsumerDependencies,
  group: string,
  topics: readonly Topic[],
  record: (records: readonly Decoded[]) => Promise<void>,
): Promise<Subscription> =>
  consumeEvents({
    log,
    group: `${topicPrefix}-${group}`,
    topics,
    handleBatch: (received) => record(received.map(({ decoded }) => decoded)),
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
