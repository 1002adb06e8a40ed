import type { EventRecord } from './envelope';

/** Bytes or text: what clients of Kafka give for keys, values and headers. */
interface Bytes {
  toString(): string;
}

/** A message as kafkajs and clients like it give it. */
export interface KafkaMessageLike {
  readonly key?: Bytes | null;
  readonly value?: Bytes | null;
  readonly headers?: Readonly<Record<string, Bytes | readonly Bytes[] | undefined>>;
}

/** A message of Kafka as `decodeEvent` takes it. Of a header that is sent several times the last one counts. */
export function recordOf({ key, value, headers }: KafkaMessageLike): EventRecord {
  const text: Record<string, string> = {};
  for (const name in headers) {
    const header = headers[name];
    const last = Array.isArray(header) ? (header as readonly Bytes[]).at(-1) : header;
    if (last !== undefined) text[name] = last.toString();
  }
  return { key: key?.toString() ?? '', headers: text, value: value?.toString() ?? null };
}
