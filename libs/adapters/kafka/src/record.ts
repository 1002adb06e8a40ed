import type { KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from '@tessera/application-messaging';
import { recordOf } from '@tessera/contracts-events';

/** Converts a message to a record, with everything as text. */
export const toRecord = (topic: string, partition: number, message: KafkaMessage): IncomingRecord => ({
  topic,
  partition,
  offset: message.offset,
  timestamp: Number(message.timestamp),
  ...recordOf(message),
});
