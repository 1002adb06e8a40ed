import type { BodyOf } from '../../../api/client';

type Entry = BodyOf<'get_workload_scaling'>['entries'][number];
export type Decision = Extract<Entry, { readonly type: 'ScaleDecided' }>;
export type ColdStart = Extract<Entry, { readonly type: 'ColdStart' }>;

/** Inputs of decisions for people; those without a name here are shown by their own. */
const NAMES: Readonly<Record<string, string>> = {
  rule: 'Rule',
  metric: 'Metric',
  target: 'Target per replica',
  stable: 'Load over 60 s',
  panic: 'Load over 6 s',
  inPanic: 'In panic',
  latencyMs: 'Latency (95 %), ms',
  latencySamples: 'Requests behind it',
  valuePerReplica: 'Value per replica',
  measuredReplicas: 'Replicas with a value',
  valueMissing: 'No value',
  requests: 'Requests at once',
  readyReplicas: 'Ready',
  warmingReplicas: 'Starting',
  wished: 'Wished by the rule',
  hold: 'Held because of',
  woken: 'Woken by a request',
  delayedTo: 'Wanted within the delay',
  minReplicas: 'Least',
  maxReplicas: 'Most',
  initialReplicas: 'Least at first',
  limitedBy: 'Bound by',
  idle: 'Idle',
  keepAliveMs: 'Kept alive, ms',
  idleTimes: 'Idle times known',
  zeroHold: 'Last one stays because of',
  placed: 'Placed',
  unplaced: 'Without a place',
  reportsMissing: 'Reports missing',
  schedules: 'Schedules',
};

/** The inputs of a decision as pairs of name and value. */
export const inputsOf = ({ inputs }: Pick<Decision, 'inputs'>): readonly (readonly [string, string])[] =>
  Object.entries(inputs).map(([key, value]) => [NAMES[key] ?? key, shown(value)]);

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

function shown(value: unknown): string {
  if (typeof value === 'number') return NUMBER.format(value);
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.values(value as Readonly<Record<string, unknown>>)
      .map(shown)
      .join(': ');
  return String(value);
}

/** All stages of cold starts in the order in which they follow each other. */
export function stagesOf(starts: readonly Pick<ColdStart, 'stages'>[]): readonly string[] {
  const names: string[] = [];
  for (const { stages } of starts)
    stages.forEach(({ stage }, at) => {
      if (names.includes(stage)) return;
      const before = stages[at - 1]?.stage;
      names.splice(before === undefined ? 0 : names.indexOf(before) + 1, 0, stage);
    });
  return names;
}
