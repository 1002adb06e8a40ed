import type { Moment, Story } from './play';

type Autoscaling = Readonly<Record<string, unknown>>;

/** A field of `spec.autoscaling`, and a story in which another value of it leads to other decisions. */
export interface FieldCase {
  /** Path below `spec.autoscaling`. */
  readonly field: string;
  readonly effect: string;
  /** The other fields. */
  readonly base: Autoscaling;
  /** Two values; undefined leaves the field out. */
  readonly values: readonly [unknown, unknown];
  readonly story: Story;
  /** What another value changes; the number of replicas where it is not given. */
  readonly changes?: 'condition' | 'start';
}

const MORNING = '2025-01-15T07:58:00Z';
const story = (seconds: number, ...moments: readonly Moment[]): Story => ({
  from: MORNING,
  seconds,
  moments,
});
const inFlight = (amount: number, second = 0): Moment => ({ second, inFlight: amount });
const silence = (second: number): Moment => ({ second });

const ON_CONCURRENCY = {
  minReplicas: 1,
  maxReplicas: 10,
  metric: 'concurrency',
  metricThreshold: 10,
  metricThresholdPercentage: 100,
} as const;
const TO_ZERO = { ...ON_CONCURRENCY, minReplicas: 0 } as const;

const NINE = { start: '0 9 * * *', timeZone: 'Europe/Berlin' } as const;
const scheduled = (
  schedule: object,
  base: Autoscaling = { minReplicas: 1, maxReplicas: 1 },
): Autoscaling => ({
  ...base,
  tessera: { schedules: [schedule] },
});
const SCHEDULE = 'tessera.schedules[]';
/** Two minutes before nine in Berlin until eight minutes after. */
const AROUND_NINE = story(600, silence(0));
const BUSY_AROUND_NINE = story(600, inFlight(100));
/** Uses of ten seconds with twenty seconds in between, then silence. */
const USES = Array.from({ length: 6 }, (_, use) => [inFlight(1, use * 30), silence(use * 30 + 10)]).flat();

/** Every field of `spec.autoscaling`. */
export const FIELD_CASES: readonly FieldCase[] = [
  {
    field: 'minReplicas',
    effect: 'least number of replicas; with 0 the workload sleeps when nobody uses it',
    base: ON_CONCURRENCY,
    values: [0, 2],
    story: story(240, inFlight(5), silence(60)),
  },
  {
    field: 'maxReplicas',
    effect: 'largest number of replicas',
    base: ON_CONCURRENCY,
    values: [3, 5],
    story: story(60, inFlight(100)),
  },
  {
    field: 'initialReplicas',
    effect: 'a minimum until so many replicas have been ready once; with 0 the workload starts asleep',
    base: ON_CONCURRENCY,
    values: [1, 4],
    story: story(120, silence(0)),
  },
  {
    field: 'activationReplicas',
    effect: 'replicas that a request to a sleeping workload starts',
    base: { ...TO_ZERO, initialReplicas: 0 },
    values: [1, 3],
    story: story(40, silence(0), inFlight(1, 10)),
  },
  {
    field: 'metric',
    effect:
      'what is compared with the threshold: requests at once, requests per second, latency or a metric by name',
    base: { ...ON_CONCURRENCY, metric: undefined },
    values: ['concurrency', 'throughput'],
    story: story(60, { second: 0, inFlight: 40, perSecond: 20 }),
  },
  {
    field: 'metricThreshold',
    effect: 'the value that one replica is to have: requests, requests per second, ms, or that of the metric',
    base: ON_CONCURRENCY,
    values: [10, 20],
    story: story(60, inFlight(40)),
  },
  {
    field: 'metricThresholdPercentage',
    effect: 'the share of the threshold to aim at, 70 where it is not given; for concurrency and throughput',
    base: { ...ON_CONCURRENCY, metricThresholdPercentage: undefined },
    values: [undefined, 100],
    story: story(60, inFlight(20)),
  },
  {
    field: 'concurrencyHardLimit',
    effect: 'requests at once that a gateway sends one replica; the threshold of concurrency is at most that',
    base: ON_CONCURRENCY,
    values: [undefined, 4],
    story: story(60, inFlight(20)),
  },
  {
    field: 'scaleDownDelaySeconds',
    effect:
      'a smaller number takes effect once nothing larger was wanted for that long; 300 by default for latency and metrics by name, else 0',
    base: ON_CONCURRENCY,
    values: [0, 120],
    story: story(360, inFlight(40), inFlight(5, 60)),
  },
  {
    field: 'scaleToZeroRetentionSeconds',
    effect: 'the last replica stays that long after the workload became idle; only where the minimum is 0',
    base: TO_ZERO,
    values: [0, 60],
    story: story(300, inFlight(5), silence(60)),
  },
  {
    field: 'initializationTimeoutSeconds',
    effect:
      'longest time until a replica is ready; one that is slower is stopped. `servingConfiguration.initializationTimeoutSeconds` goes before it',
    base: ON_CONCURRENCY,
    values: [undefined, 60],
    story: story(120, silence(0)),
    changes: 'start',
  },
  {
    field: 'tessera.keepAlive',
    effect:
      '`adaptive` learns from past idle times how long the last replica is kept, at least the retention; only where the minimum is 0',
    base: TO_ZERO,
    values: ['fixed', 'adaptive'],
    story: story(300, ...USES),
  },
  {
    field: `${SCHEDULE}.name`,
    effect: 'names the schedule in conditions and events; its start and time zone by default',
    base: scheduled({ ...NINE, end: '5 9 * * *', minReplicas: 2 }),
    values: [undefined, 'nine'],
    story: story(180, silence(0)),
    changes: 'condition',
  },
  {
    field: `${SCHEDULE}.start`,
    effect: 'cron expression of five fields: when the schedule becomes active',
    base: scheduled({ ...NINE, end: '30 9 * * *', minReplicas: 2 }),
    values: ['0 9 * * *', '3 9 * * *'],
    story: AROUND_NINE,
  },
  {
    field: `${SCHEDULE}.end`,
    effect: 'cron expression of five fields: it ends at the first such time after its start',
    base: scheduled({ ...NINE, minReplicas: 2 }),
    values: ['2 9 * * *', '6 9 * * *'],
    story: AROUND_NINE,
  },
  {
    field: `${SCHEDULE}.durationSeconds`,
    effect: 'instead of `end`: it ends so long after its start',
    base: scheduled({ ...NINE, minReplicas: 2 }),
    values: [120, 360],
    story: AROUND_NINE,
  },
  {
    field: `${SCHEDULE}.timeZone`,
    effect: 'IANA time zone of both expressions, with its daylight saving time',
    base: scheduled({ ...NINE, end: '5 9 * * *', minReplicas: 2 }),
    values: ['Europe/Berlin', 'UTC'],
    story: AROUND_NINE,
  },
  {
    field: `${SCHEDULE}.minReplicas`,
    effect: 'replaces the minimum while the schedule is active, and raises the maximum to it',
    base: scheduled({ ...NINE, end: '5 9 * * *' }),
    values: [2, 4],
    story: AROUND_NINE,
  },
  {
    field: `${SCHEDULE}.maxReplicas`,
    effect: 'replaces the maximum while the schedule is active',
    base: scheduled({ ...NINE, end: '5 9 * * *' }, { ...ON_CONCURRENCY, maxReplicas: 6 }),
    values: [3, 8],
    story: BUSY_AROUND_NINE,
  },
];

/** The autoscaling of a case with one of its values. */
export function specOf({ field, base }: FieldCase, value: unknown): Autoscaling {
  const [, inSchedule] = /^tessera\.schedules\[\]\.(.+)$/.exec(field) ?? [];
  if (inSchedule !== undefined) {
    const [schedule] = (base as { readonly tessera: { readonly schedules: readonly object[] } }).tessera
      .schedules;
    return { ...base, tessera: { schedules: [{ ...schedule, [inSchedule]: value }] } };
  }
  const [, ours] = /^tessera\.(.+)$/.exec(field) ?? [];
  return ours === undefined ? { ...base, [field]: value } : { ...base, tessera: { [ours]: value } };
}
