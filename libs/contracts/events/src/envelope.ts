import type { z } from 'zod';
import { quickParse, REFUSED } from '@tessera/contracts-parsing';
import { EVENTS, type EventData, type EventName } from './table';

/** CloudEvents 1.0 attributes of our events; extension names are lower case letters and digits only (spec §3.1). */
export interface EventAttributes {
  readonly id: string;
  readonly source: string;
  /** Workload id. */
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  /** Sequence number per source and workload, zero-padded so that it also sorts as text. */
  readonly sequence: string;
  readonly clusterid: string;
  readonly projectid: string;
  readonly workloadname: string;
  readonly traceparent?: string;
}

/** One event, as our code handles it. */
export interface TesseraEvent<N extends EventName = EventName> {
  readonly name: N;
  readonly attributes: EventAttributes;
  readonly data: EventData<N>;
}

/** A record of a log: key, headers and value as text; a null value is a tombstone. */
export interface EventRecord {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string | null;
}

/** The record is invalid: its type is unknown or its data does not match the schema. A retry cannot succeed. */
export class InvalidEventError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidEventError';
  }
}

const ATTRIBUTES = [
  'id',
  'source',
  'subject',
  'time',
  'sequence',
  'clusterid',
  'projectid',
  'workloadname',
  'traceparent',
] as const;

const nameByType = new Map<string, EventName>(
  (Object.keys(EVENTS) as EventName[]).map((name) => [EVENTS[name].type, name]),
);
/** Earlier types of events: records in an outbox or event log from before a renaming keep them. */
const FORMER_TYPES: ReadonlyMap<string, EventName> = new Map([
  ['io.tessera.organisation.unit.v1', 'orgUnit'],
]);

/** Formats a sequence number with 20 digits. */
export const formatSequence = (sequence: number): string => String(sequence).padStart(20, '0');

/**
 * Encodes an event in CloudEvents Kafka binary mode (kafka-protocol-binding §3.2): attributes in `ce_*` headers, the
 * data as JSON in the value, the workload id as key. Throws {@link InvalidEventError} where the data does not match its
 * schema.
 */
export function encodeEvent<N extends EventName>(event: TesseraEvent<N>): EventRecord {
  const { type, schema } = EVENTS[event.name];
  return {
    key: event.attributes.subject,
    headers: ceHeaders(type, event.attributes),
    value: JSON.stringify(dataOf(type, schema, event.data)),
  };
}

function dataOf(type: string, schema: z.ZodType, data: unknown): unknown {
  const quick = quickParse(schema, data);
  if (quick !== REFUSED) return quick;
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new InvalidEventError(`${type}: ${parsed.error.message}`);
  return parsed.data;
}

/** A tombstone for a compacted topic: a binary event without data. */
export const encodeTombstone = (attributes: EventAttributes): EventRecord => ({
  key: attributes.subject,
  headers: ceHeaders(EVENTS.state.type, attributes),
  value: null,
});

function ceHeaders(type: string, attributes: EventAttributes): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_type: type,
  };
  for (const name of ATTRIBUTES) {
    const value = attributes[name];
    if (value !== undefined) headers[`ce_${name}`] = value;
  }
  return headers;
}

/** Result of {@link decodeEvent}: an event, or the tombstone of a workload. */
export type Decoded =
  | { readonly kind: 'event'; readonly event: TesseraEvent }
  | { readonly kind: 'tombstone'; readonly attributes: EventAttributes };

/** Decodes and validates a record; throws {@link InvalidEventError} with the reason where it is invalid. */
export function decodeEvent(record: EventRecord): Decoded {
  const version = record.headers['ce_specversion'] ?? '1.0';
  if (!version.startsWith('1.'))
    throw new InvalidEventError(`CloudEvents ${version} is not supported, only 1.0`);
  const attributes = readAttributes(record.headers);
  const type = record.headers['ce_type'] ?? '';
  const name = nameByType.get(type) ?? FORMER_TYPES.get(type);
  if (name === undefined) throw new InvalidEventError(`unknown event type "${type}"`);
  if (record.value === null) return { kind: 'tombstone', attributes };
  const data = dataOf(type, EVENTS[name].schema, parseJson(record.value, type));
  return { kind: 'event', event: { name, attributes, data } as TesseraEvent };
}

/** Narrows an event to one name. */
export const isEvent = <N extends EventName>(event: TesseraEvent, name: N): event is TesseraEvent<N> =>
  event.name === name;

function readAttributes(headers: Readonly<Record<string, string>>): EventAttributes {
  const values: Record<string, string> = {};
  for (const name of ATTRIBUTES) {
    const value = headers[`ce_${name}`];
    if (value !== undefined) values[name] = value;
    else if (name !== 'traceparent') throw new InvalidEventError(`header ce_${name} is missing`);
  }
  return values as unknown as EventAttributes;
}

function parseJson(value: string, type: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new InvalidEventError(`${type}: the value is not JSON (${(error as Error).message})`);
  }
}
