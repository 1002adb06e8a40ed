import type { Fields } from '../wire/json';
import { MESSAGES, type FieldType, type MessageType } from './protobuf-messages';

/** The envelope of Kubernetes protobuf starts with these bytes. */
const MAGIC = Buffer.from('k8s\0');

const ENVELOPE: MessageType = {
  1: ['typeMeta', { message: { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] } }],
  2: ['raw', 'bytes'],
};

export const isProtobuf = (body: Buffer): boolean => body.subarray(0, 4).equals(MAGIC);

/**
 * The JSON form of a Kubernetes object in protobuf, which typed Go clients send (`kubectl create namespace`, `kubectl
 * drain`). Undefined for a kind whose message is not described here.
 */
export function fromProtobuf(body: Buffer): Fields | undefined {
  const { typeMeta, raw } = decode(body.subarray(4), ENVELOPE) as {
    typeMeta?: { apiVersion?: string; kind?: string };
    raw?: Buffer;
  };
  const message = MESSAGES[typeMeta?.kind ?? ''];
  if (message === undefined || raw === undefined) return undefined;
  return { apiVersion: typeMeta?.apiVersion, kind: typeMeta?.kind, ...decode(raw, message) };
}

/** Reads the wire format: varints and length-delimited fields; Kubernetes uses no others in these messages. */
class Reader {
  private position = 0;

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.position >= this.bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.position];
      if (byte === undefined) throw new RangeError('the protobuf body ends too early');
      this.position += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  }

  delimited(): Buffer {
    const length = Number(this.varint());
    const part = this.bytes.subarray(this.position, this.position + length);
    if (part.length !== length) throw new RangeError('the protobuf body ends too early');
    this.position += length;
    return part;
  }
}

function decode(bytes: Buffer, message: MessageType): Fields {
  const reader = new Reader(bytes);
  const result: Fields = {};
  while (!reader.done) {
    const tag = Number(reader.varint());
    const raw = (tag & 7) === 0 ? reader.varint() : reader.delimited();
    const field = message[tag >> 3];
    if (field !== undefined) put(result, field[0], raw, field[1]);
  }
  return result;
}

function put(result: Fields, name: string, raw: bigint | Buffer, type: FieldType): void {
  if (typeof type === 'object' && 'repeated' in type) {
    const list = (result[name] ??= []) as unknown[];
    list.push(valueOf(raw, type.repeated));
  } else if (typeof type === 'object' && 'map' in type) {
    const entry = decode(raw as Buffer, { 1: ['key', 'string'], 2: ['value', type.map] });
    const map = (result[name] ??= {}) as Fields;
    map[String(entry['key'] ?? '')] = entry['value'] ?? '';
  } else {
    const value = valueOf(raw, type);
    if (value !== undefined) result[name] = value;
  }
}

/** Go writes the zero value of plain fields; like its JSON it counts as absent, except where the field is a pointer. */
function valueOf(raw: bigint | Buffer, type: FieldType): unknown {
  if (typeof type === 'object' && 'message' in type) return decode(raw as Buffer, type.message);
  switch (type) {
    case 'string':
      return (raw as Buffer).toString() || undefined;
    case 'bytes':
      return raw;
    case 'base64':
      return (raw as Buffer).toString('base64');
    case 'int':
      return Number(raw) || undefined;
    case 'int?':
      return Number(raw);
    case 'bool':
      return raw === 1n || undefined;
    case 'bool?':
      return raw === 1n;
    case 'time':
      return timeOf(raw as Buffer);
    case 'int-or-string': {
      const { kind, number = 0, text = '' } = decode(raw as Buffer, INT_OR_STRING);
      return kind === undefined ? number : text;
    }
    default:
      return undefined;
  }
}

const INT_OR_STRING: MessageType = { 1: ['kind', 'int'], 2: ['number', 'int?'], 3: ['text', 'string'] };

function timeOf(raw: Buffer): string | undefined {
  const { seconds } = decode(raw, { 1: ['seconds', 'int'] });
  return seconds === undefined
    ? undefined
    : `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}
