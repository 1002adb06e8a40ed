import type { WorkloadChange } from './live-events';

/** How much an event matters to those who run the platform. */
export type Severity = 'info' | 'good' | 'warn' | 'bad';

const TYPE = /^io\.tessera\.(?:inference\.)?(.+)\.v\d+$/;

/** Types by what they are called in short; there are few, and pages ask for those of thousands of events. */
const shortTypes = new Map<string, string>();

/** The type without its prefix and version: `phase-changed`. */
export function shortType(type: string): string {
  const known = shortTypes.get(type);
  if (known !== undefined) return known;
  const short = TYPE.exec(type)?.[1] ?? type;
  shortTypes.set(type, short);
  return short;
}

/** The types of the stream by their short names, with the words for people. */
export const EVENT_NAMES: Readonly<Record<string, string>> = {
  created: 'Created',
  updated: 'Updated',
  deleted: 'Deleted',
  'phase-changed': 'Phase',
  'replica-scheduled': 'Placed',
  'replica-unschedulable': 'Fits nowhere',
  'scale-decided': 'Scaled',
  'cold-start': 'Cold start',
  'gpu-allocated': 'GPU allocated',
  'gpu-released': 'GPU released',
  'device-overfull': 'Device overfull',
  'message-parked': 'Message parked',
  'quota-exceeded': 'Over quota',
};

const PHASES: Readonly<Record<string, Severity>> = {
  Running: 'good',
  Completed: 'good',
  Failed: 'bad',
  Degraded: 'bad',
  Pending: 'warn',
};
const TYPES: Readonly<Record<string, Severity>> = {
  'replica-unschedulable': 'warn',
  'quota-exceeded': 'warn',
  'device-overfull': 'bad',
  'message-parked': 'bad',
};

/** What went wrong is `bad`, what waits is `warn`, what came to run is `good`; all else is `info`. */
export function severityOf({ type, data = {} }: Pick<WorkloadChange, 'type' | 'data'>): Severity {
  const short = shortType(type);
  if (short === 'phase-changed') return PHASES[textOf(data['to'])] ?? 'info';
  return TYPES[short] ?? 'info';
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(': ');
const replica = (data: Readonly<Record<string, unknown>>): string =>
  data['replica'] === undefined ? 'a replica' : `replica ${textOf(data['replica'])}`;

type Write = (data: Readonly<Record<string, unknown>>) => string;
const SENTENCES: Readonly<Record<string, Write>> = {
  created: (data) => `by ${textOf(data['createdBy'])}`,
  updated: (data) => `by ${textOf(data['updatedBy'])}`,
  deleted: () => 'its pods have ended and its GPUs are free',
  'phase-changed': (data) =>
    join(
      [textOf(data['from']), textOf(data['to'])].filter((phase) => phase !== '').join(' → '),
      textOf(data['message']),
    ),
  'replica-scheduled': (data) => `${replica(data)} on ${textOf(data['node'])}`,
  'replica-unschedulable': (data) => textOf(data['message']),
  'scale-decided': (data) => join(`${textOf(data['from'])} → ${textOf(data['to'])}`, textOf(data['reason'])),
  'cold-start': (data) => `${replica(data)} took ${(Number(data['totalMs']) / 1000).toFixed(1)} s`,
  'gpu-allocated': (data) => replica(data),
  'gpu-released': (data) => replica(data),
  'device-overfull': (data) => textOf(data['message']),
  'message-parked': (data) => textOf(data['reason']),
  'quota-exceeded': (data) => textOf(data['message']),
};

/** What happened, in words; empty for a type that the console does not know. */
export const sentenceOf = ({ type, data = {} }: Pick<WorkloadChange, 'type' | 'data'>): string =>
  SENTENCES[shortType(type)]?.(data) ?? '';
