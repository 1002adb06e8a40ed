import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from '@tessera/application-messaging';

/** A message as the rest of the code knows it: everything as text. */
export const toRecord = (topic: string, partition: number, message: KafkaMessage): IncomingRecord => ({
  topic,
  partition,
  offset: message.offset,
  timestamp: Number(message.timestamp),
  key: message.key?.toString() ?? '',
  headers: toText(message.headers ?? {}),
  value: message.value?.toString() ?? null,
});

/** Of a header that is sent several times the last one counts. */
function toText(headers: IHeaders): Record<string, string> {
  const text: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) text[name] = last.toString();
  }
  return text;
}
