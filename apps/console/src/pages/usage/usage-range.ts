const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export const DAYS = [1, 7, 30, 90] as const;
export const GROUPS = [
  ['project', 'Project'],
  ['department', 'Department'],
  ['workload', 'Workload'],
  ['cluster', 'Cluster'],
  ['nodePool', 'Node pool'],
  ['gpuType', 'GPU type'],
  ['migProfile', 'MIG profile'],
  ['key', 'Key'],
  ['model', 'Model'],
  ['day', 'Day'],
  ['hour', 'Hour'],
] as const;
type Group = (typeof GROUPS)[number][0];

/** What the page of usage shows; its address holds it. Between two days, both of them included, or the last days. */
export interface UsageView {
  readonly group: Group;
  /** Within each group, where it is not the same one. */
  readonly second: Group | '';
  readonly days: number;
  /** Days as 2026-01-31; both or neither. */
  readonly from: string;
  readonly to: string;
}

const isGroup = (name: string | null): name is Group => GROUPS.some(([group]) => group === name);
const isDay = (day: string | null): day is string =>
  day !== null && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));

/** Reads the view from the query of an address; what it does not know is the standard. */
export function usageView(query: string): UsageView {
  const given = new URLSearchParams(query);
  const [group, second, from, to] = ['by', 'and', 'from', 'to'].map((name) => given.get(name));
  const days = Number(given.get('days'));
  const isRange = isDay(from ?? null) && isDay(to ?? null) && String(from) <= String(to);
  return {
    group: isGroup(group ?? null) ? (group as Group) : 'project',
    second: isGroup(second ?? null) && second !== group ? (second as Group) : '',
    days: DAYS.some((one) => one === days) ? days : 7,
    from: isRange ? String(from) : '',
    to: isRange ? String(to) : '',
  };
}

/** The query of an address for the view; what is standard is left out. */
export function usageAddress({ group, second, days, from, to }: UsageView): string {
  const query = new URLSearchParams({
    ...(group === 'project' ? {} : { by: group }),
    ...(second === '' ? {} : { and: second }),
    ...(from === '' ? (days === 7 ? {} : { days: String(days) }) : { from, to }),
  }).toString();
  return query === '' ? '/usage' : `/usage?${query}`;
}

type UsageQuery = Readonly<Record<'start' | 'end' | 'groupBy', string>> & { readonly limit: number };

/** The query of the API for the view: full hours up to the present, or the days in UTC. */
export function usageQuery({ group, second, days, from, to }: UsageView, now: number): UsageQuery {
  const end = from === '' ? Math.ceil(now / HOUR_MS) * HOUR_MS : Date.parse(to) + DAY_MS;
  const start = from === '' ? end - days * DAY_MS : Date.parse(from);
  return {
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    groupBy: second === '' ? group : `${group},${second}`,
    limit: 500,
  };
}
