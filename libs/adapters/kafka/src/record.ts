import { isUtf8 } from 'node:buffer';
import type { KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from '@tessera/application-messaging';
import { recordOf } from '@tessera/contracts-events';
import { isFiller, undecodableReason } from './undecodable';

/** The records of a partition in messages as kafkajs delivers them; an undecodable batch is one record. */
export const toRecords = (
  topic: string,
  partition: number,
  messages: readonly KafkaMessage[],
): readonly IncomingRecord[] =>
  messages.filter((message) => !isFiller(message)).map((message) => toRecord(topic, partition, message));

/** Converts a message to a record, with everything as text; a value of other bytes in base64. Never throws. */
function toRecord(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  const undecodable = undecodableReason(message);
  const isText = undecodable === undefined && (message.value === null || isUtf8(message.value));
  return {
    topic,
    partition,
    offset: message.offset,
    timestamp: Number(message.timestamp),
    ...recordOf(message),
    ...(isText ? {} : { value: message.value?.toString('base64') ?? null, encoding: 'base64' }),
    ...(undecodable === undefined ? {} : { headers: {}, undecodable }),
  };
}
