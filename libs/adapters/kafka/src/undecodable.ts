import { randomUUID } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';

/** Headers of placeholders; random, so that no record of the log can be mistaken for one. */
const LETTER = `undecodable-${randomUUID()}`;
const FILLER = `of-an-undecodable-${randomUUID()}`;

/** Offsets of fields in a record batch, bytes from its start (https://kafka.apache.org/documentation/#recordbatch). */
const HEAD_BYTES = 61;
const AT = { magic: 16, lastOffsetDelta: 23, records: 57 } as const;
const MAGIC = 2;

/**
 * Records in place of those of a batch that cannot be decoded, as many as its header announces, because
 * kafkajs expects that number. The last one carries the compressed bytes and the reason, the others are empty. Throws
 * for a batch of an older format. `compressed` is the part of the batch after its header, in the same memory.
 */
export function placeholderRecords(compressed: Buffer, codec: string, cause: string): Buffer {
  const head = headBefore(compressed);
  if (head?.readInt8(AT.magic) !== MAGIC)
    throw new Error(`a batch of an old format in ${codec} cannot be decoded: ${cause}`);
  const count = head.readInt32BE(AT.records);
  const first = head.readBigInt64BE(0);
  const lastOffsetDelta = head.readInt32BE(AT.lastOffsetDelta);
  const reason =
    `a batch of ${count} record${count === 1 ? '' : 's'} from offset ${first} on is compressed with ${codec} ` +
    `and cannot be decoded: ${cause}`;
  const fillers = Array.from({ length: count - 1 }, (_unused, index) =>
    encodeRecord({ offsetDelta: index, value: null, headers: [[FILLER, '']] }),
  );
  const letter = encodeRecord({
    offsetDelta: lastOffsetDelta,
    value: compressed,
    headers: [[LETTER, reason]],
  });
  return Buffer.concat([...fillers, letter]);
}

/** Throws unless the decompressed bytes hold as many records as the header of their batch announces. */
export function demandRecords(records: Buffer, compressed: Buffer): void {
  const count = headBefore(compressed)?.readInt32BE(AT.records) ?? 0;
  let at = 0;
  for (let record = 0; record < count; record += 1) {
    const { value: length, bytes } = readVarint(records, at);
    at += bytes + length;
    if (length < 0 || at > records.length)
      throw new Error(`its bytes end within record ${record + 1} of ${count}`);
  }
}

/** Why the batch that this message stands for cannot be decoded; undefined for a record of the log. */
export const undecodableReason = ({ headers }: KafkaMessage): string | undefined =>
  headers?.[LETTER]?.toString();

/** True if the message stands for a record whose batch is reported by the last of its records. */
export const isFiller = ({ headers }: KafkaMessage): boolean => headers?.[FILLER] !== undefined;

/** The batch header before these bytes in the same memory; undefined if there are too few bytes before them. */
function headBefore({ buffer, byteOffset }: Buffer): Buffer | undefined {
  const at = byteOffset - HEAD_BYTES;
  return at < 0 ? undefined : Buffer.from(buffer, at, HEAD_BYTES);
}

interface BatchRecord {
  readonly offsetDelta: number;
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: string, text: string | null])[];
}

/** One record of a batch (https://kafka.apache.org/documentation/#record). */
export function encodeRecord({ offsetDelta, key = null, value, headers }: BatchRecord): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(offsetDelta),
    ...sized(key),
    ...sized(value),
    varint(headers.length),
    ...headers.flatMap(([name, text]) => [
      ...sized(Buffer.from(name)),
      ...sized(text === null ? null : Buffer.from(text)),
    ]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

const sized = (bytes: Buffer | null): readonly Buffer[] =>
  bytes === null ? [varint(-1)] : [varint(bytes.length), bytes];

/** A number of at most five bytes, and how many it has. */
function readVarint(buffer: Buffer, from: number): { readonly value: number; readonly bytes: number } {
  let value = 0;
  for (let bytes = 0; bytes < 5; bytes += 1) {
    const byte = buffer[from + bytes];
    if (byte === undefined) break;
    value |= (byte & 0x7f) << (7 * bytes);
    if (byte <= 0x7f) return { value: (value >>> 1) ^ -(value & 1), bytes: bytes + 1 };
  }
  return { value: -1, bytes: 0 };
}

/** Zigzag and base 128, least significant group first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
