import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import { T0 } from '../series-source';

type Labels = Readonly<Record<string, string>>;

/** What a server is given of one series: a number, or a histogram, at each of {@link INSTANTS}. */
export interface GivenAnswered {
  readonly name: string;
  readonly labels: Labels;
  readonly value: GivenValue;
}

/** Amounts of counters and histograms are those of one second: they grow from the first instant on. */
export type GivenValue =
  | { readonly gauge: number }
  /** A gauge that grows like a counter. */
  | { readonly growing: number }
  /** Counts of the buckets whose upper bounds are these, the last one above all of them; `sum` of what was observed. */
  | { readonly bounds: readonly number[]; readonly counts: readonly number[]; readonly sum: number }
  /** Counts of buckets, each `2 ** 2 ** -scale` times as wide as the one below; the first begins at that to the `offset`. */
  | {
      readonly scale: number;
      readonly offset: number;
      readonly counts: readonly number[];
      readonly sum: number;
    };

const SCRAPE_MS = 10_000;

/** When samples are given: two minutes, ms since the epoch. */
export const INSTANTS: readonly number[] = Array.from({ length: 13 }, (_, index) => T0 + index * SCRAPE_MS);

/** The workloads that requests and model servers are of. */
export const ANSWERED = {
  exponential: '1f1f0b6e-6d7c-4b5e-9f1d-0c2a5f3e8a11',
  custom: '2f1f0b6e-6d7c-4b5e-9f1d-0c2a5f3e8a11',
  both: '3f1f0b6e-6d7c-4b5e-9f1d-0c2a5f3e8a11',
  nim: '4f1f0b6e-6d7c-4b5e-9f1d-0c2a5f3e8a11',
  tgi: '5f1f0b6e-6d7c-4b5e-9f1d-0c2a5f3e8a11',
} as const;
export const ANSWERED_NAMESPACE = 'n5';

/** From 0.25 s to 0.5 s and from there to 1 s, five requests each. */
const HALF_EACH: GivenValue = { scale: 0, offset: -2, counts: [5, 5], sum: 5 };
/** Four requests up to the root of a half, six from there to 1 s: finer buckets, which a server makes coarser to add up. */
const FINER: GivenValue = { scale: 1, offset: -2, counts: [4, 6], sum: 8 };
const CUSTOM: GivenValue = { bounds: [0.1, 0.5, 1], counts: [2, 6, 2, 0], sum: 2.5 };

const requests = (workload: keyof typeof ANSWERED, pod: string, value: GivenValue): GivenAnswered => ({
  name: SERIES.gatewaySeconds,
  labels: { project: 'team', workload, workload_id: ANSWERED[workload], pod },
  value,
});

const podOf = (workload: keyof typeof ANSWERED) => ({ namespace: ANSWERED_NAMESPACE, pod: `${workload}-0` });
const page = (workload: keyof typeof ANSWERED, name: string, value: GivenValue): GivenAnswered[] =>
  // Two jobs scrape it.
  ['i1', 'i2'].map((instance) => ({
    name,
    labels: { ...podOf(workload), model_name: 'm', instance },
    value,
  }));
const owned = (workload: keyof typeof ANSWERED): GivenAnswered => ({
  name: SERIES.podLabels,
  labels: { ...podOf(workload), [OWNER_LABEL]: ANSWERED[workload] },
  value: { gauge: 1 },
});

const modelServers: readonly GivenAnswered[] = [
  owned('nim'),
  owned('tgi'),
  // Of five requests one up to 0.125 s, four up to 0.25 s, all up to 0.5 s.
  ...page('nim', 'time_to_first_token_seconds', { scale: 0, offset: -4, counts: [1, 3, 1], sum: 1 }),
  ...page('nim', 'e2e_request_latency_seconds', { bounds: [1, 5, 10], counts: [1, 3, 1, 0], sum: 20 }),
  ...page('tgi', 'tgi_request_input_length', { bounds: [10, 100], counts: [0, 5, 0], sum: 150 }),
];

/** What a server has something to say of. */
const doubtful: readonly GivenAnswered[] = [
  { name: 'queue_depth', labels: {}, value: { growing: 60 } },
  { name: 'temperature', labels: {}, value: { gauge: 60 } },
  { name: 'odd_bucket', labels: { le: '120' }, value: { gauge: 2 } },
  { name: 'odd_bucket', labels: { le: '+Inf' }, value: { gauge: 2 } },
  { name: 'odd_bucket', labels: {}, value: { gauge: 1 } },
  { name: 'falling_bucket', labels: { le: '60' }, value: { gauge: 10 } },
  { name: 'falling_bucket', labels: { le: '120' }, value: { gauge: 9 } },
  { name: 'falling_bucket', labels: { le: '+Inf' }, value: { gauge: 10 } },
  { name: 'mixed', labels: { kind: 'number' }, value: { gauge: 60 } },
  { name: 'mixed', labels: { kind: 'histogram' }, value: HALF_EACH },
];

/** All that the servers of the recorded answers are given. */
export const GIVEN_ANSWERED: readonly GivenAnswered[] = [
  requests('exponential', 'w-0', HALF_EACH),
  requests('exponential', 'w-1', FINER),
  requests('custom', 'w-0', CUSTOM),
  requests('both', 'w-0', HALF_EACH),
  requests('both', 'w-1', CUSTOM),
  ...modelServers,
  ...doubtful,
];
