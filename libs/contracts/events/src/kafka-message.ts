import type { EventRecord } from './envelope';

/** Bytes or text, as Kafka clients represent keys, values and headers. */
interface Bytes {
  toString(): string;
}

/** A message as kafkajs and similar clients deliver it. */
export interface KafkaMessageLike {
  readonly key?: Bytes | null;
  readonly value?: Bytes | null;
  readonly headers?: Readonly<Record<string, Bytes | readonly (Bytes | null)[] | null | undefined>>;
}

/**
 * Converts a Kafka message to the input of `decodeEvent`. Of a repeated header the last value is used; a header without
 * a value counts as absent. Never throws.
 */
export function recordOf({ key, value, headers }: KafkaMessageLike): EventRecord {
  const text: Record<string, string> = {};
  for (const name in headers) {
    const header = headers[name];
    const last = Array.isArray(header) ? (header as readonly (Bytes | null)[]).at(-1) : header;
    if (last !== undefined && last !== null) text[name] = last.toString();
  }
  return { key: key?.toString() ?? '', headers: text, value: value?.toString() ?? null };
}
