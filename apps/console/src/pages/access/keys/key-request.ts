import type { Option } from '../pick/found';

const DAY_MS = 86_400_000;

/** Ends of a key that the form offers; `at` is the time that the reader types. */
export const ENDS = [
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In a year'],
  ['never', 'Never'],
  ['at', 'At a time'],
] as const;

/** Classes of requests, by which of them get a replica first where they wait. */
export const PRIORITIES = [
  ['high', 'High: first where requests wait'],
  ['normal', 'Normal'],
  ['low', 'Low: after all others'],
] as const;

export const LIMITS = [
  ['requestsPerMinute', 'Requests a minute'],
  ['tokensPerMinute', 'Tokens a minute'],
  ['requestsInFlight', 'Requests at once'],
] as const;
export type Limits = { readonly [K in (typeof LIMITS)[number][0]]?: number | undefined };

/** What can be changed of a key later. */
interface KeySettings {
  readonly name: string;
  readonly limits: Limits;
  readonly priority: string;
  /** RFC 3339, UTC; null: without end. */
  readonly expiresAt: string | null;
}

/** Reads the fields of the form; a limit without a number is none. `now` in ms. */
export function settingsOf(fields: Pick<FormData, 'get'>, now: number): KeySettings {
  const text = (name: string): string => String(fields.get(name) ?? '').trim();
  const limits = LIMITS.flatMap(([name]) => (text(name) === '' ? [] : [[name, Number(text(name))]]));
  return {
    name: text('name'),
    limits: Object.fromEntries(limits) as Limits,
    priority: text('priority'),
    expiresAt: endOf(text('end'), text('at'), now),
  };
}

/** The end by the choice of the form; `at` is a time without a zone, in that of the reader. */
function endOf(choice: string, at: string, now: number): string | null {
  if (choice === 'never') return null;
  return new Date(choice === 'at' ? at : now + Number(choice) * DAY_MS).toISOString();
}

/** The body that makes a key for these projects and workloads. */
export const creationOf = (
  settings: KeySettings,
  projects: readonly Option[],
  workloads: readonly Option[],
): object => ({
  ...settings,
  projectIds: projects.map(({ id }) => id),
  workloadIds: workloads.map(({ id }) => id),
});

/** Limits in words; `none` where there are none. */
export function limitsText({ requestsPerMinute, tokensPerMinute, requestsInFlight }: Limits): string {
  const amount = (value: number | undefined, unit: string): readonly string[] =>
    value === undefined ? [] : [`${value.toLocaleString('en')} ${unit}`];
  const parts = [
    ...amount(requestsPerMinute, 'requests/min'),
    ...amount(tokensPerMinute, 'tokens/min'),
    ...amount(requestsInFlight, 'at once'),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** The time as a field of a form has it: to the minute, in the zone of the reader. */
export function localTime(at: string): string {
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
