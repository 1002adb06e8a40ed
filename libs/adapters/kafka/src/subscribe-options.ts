import type { SubscribeOptions, Troubles } from '@tessera/application-messaging';
import type { Logger } from '@tessera/platform-logging';

/** Options of a subscriber, with what the log provides. */
export interface KafkaSubscribeOptions extends SubscribeOptions {
  readonly logger: Logger;
  /** Failures of the subscription, by group, and of its partitions. */
  readonly troubles: Troubles;
}
