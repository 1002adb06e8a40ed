import type { Series, SeriesSource } from '@tessera/application-measuring';
import {
  and,
  avg,
  between,
  count,
  divide,
  equal,
  idle,
  labelled,
  NOTHING,
  notEqual,
  oneOf,
  plus,
  rate,
  select,
  sum,
  times,
  type Expression,
  type SampleTimes,
} from '@tessera/domain-measurement';

/** Samples of one series, added to a source before the query. */
export interface GivenSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Time in ms and value, in order of time. */
  readonly samples: readonly (readonly [number, number])[];
}

export interface SeriesSourceUnderTest {
  readonly source: SeriesSource;
  /** Opens an unreadable source, which must give an error and never an empty answer; undefined if there is none. */
  readonly broken: SeriesSource | undefined;
  close(): Promise<void>;
}

/** Makes a source that holds exactly the given samples. */
export type OpenSeriesSource = (given: readonly GivenSeries[]) => Promise<SeriesSourceUnderTest>;

/** A time in the past, aligned to two hours, so that nothing depends on block boundaries of the database. */
export const T0 = Date.parse('2026-01-05T08:00:00Z');
const SCRAPE = 2_000;

const scraped = (
  name: string,
  labels: Readonly<Record<string, string>>,
  from: number,
  values: readonly number[],
): GivenSeries => ({
  name,
  labels,
  samples: values.map((value, index) => [T0 + from + index * SCRAPE, value] as const),
});
const growing = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, index) => index * step);

const DATA: readonly GivenSeries[] = [
  // 10 and 5 requests per second; the second counter restarts in the middle of its life.
  scraped('requests_total', { workload: 'a', pod: 'a-0' }, 100, growing(61, 20)),
  scraped('requests_total', { workload: 'a', pod: 'a-1' }, 300, [...growing(30, 10), ...growing(31, 10)]),
  scraped('requests_total', { workload: 'b', pod: 'b-0' }, 100, growing(61, 2)),
  scraped('seconds_sum', { workload: 'a' }, 100, growing(61, 3)),
  scraped('seconds_count', { workload: 'a' }, 100, growing(61, 20)),
  scraped('seconds_sum', { workload: 'idle' }, 100, growing(61, 0)),
  scraped('seconds_count', { workload: 'idle' }, 100, growing(61, 0)),
  // Two devices of one pod, one of another, one that no pod holds.
  scraped('memory', { pod: 'a-0', gpu: '0', kind: 'x' }, 100, growing(61, 0).fill(10)),
  scraped('memory', { pod: 'a-0', gpu: '1', kind: 'y' }, 100, growing(61, 0).fill(30)),
  scraped('memory', { pod: 'b-0', gpu: '1' }, 100, growing(61, 0).fill(500)),
  scraped('memory', { gpu: '7' }, 100, growing(61, 0).fill(9)),
  scraped('owner', { pod: 'a-0', id: 'a', extra: 'z' }, 100, growing(61, 0).fill(1)),
  scraped('owner', { pod: 'b-0', id: 'b' }, 100, growing(61, 0).fill(1)),
  scraped('busy', { pod: 'worker' }, 100, growing(61, 0).fill(5, 0, 11)),
  scraped('busy', { pod: 'sleeper' }, 100, growing(61, 0)),
  { name: 'rare', labels: { pod: 'a-0' }, samples: [[T0 + 1_100, 4]] },
];

const AT: SampleTimes = { start: T0 + 60_000, end: T0 + 60_000, step: 1 };
const requestsOf = (workload: string) => select('requests_total', equal('workload', workload));

interface Case {
  readonly expression: Expression;
  readonly times?: SampleTimes;
  /** Label text to values; the instants are those of `times` unless `at` names others. */
  readonly want: Readonly<Record<string, readonly number[]>>;
  readonly at?: readonly number[];
}

const CASES: Readonly<Record<string, Case>> = {
  'adds counters of all pods up, resets taken out': {
    expression: sum(rate(requestsOf('a'), 20_000)),
    times: { start: T0 + 40_000, end: T0 + 100_000, step: 30_000 },
    // Of the ten steps in the window with the reset, the one of the restart itself has no increase.
    want: { '{}': [15, 10 + 40 / 9, 15] },
  },
  'looks at one pod': {
    expression: sum(rate(select('requests_total', equal('pod', 'a-0')), 20_000)),
    want: { '{}': [10] },
  },
  'divides: the mean of what ended in the window': {
    expression: times(
      divide(
        sum(rate(select('seconds_sum', equal('workload', 'a')), 20_000)),
        sum(rate(select('seconds_count', equal('workload', 'a')), 20_000)),
      ),
      1000,
    ),
    want: { '{}': [150] },
  },
  'leaves out what is not a number': {
    expression: divide(
      sum(rate(select('seconds_sum', equal('workload', 'idle')), 20_000)),
      sum(rate(select('seconds_count', equal('workload', 'idle')), 20_000)),
    ),
    want: {},
  },
  'groups by labels, and leaves absent ones out': {
    expression: sum(select('memory'), 'gpu', 'kind'),
    want: {
      '{"gpu":"0","kind":"x"}': [10],
      '{"gpu":"1"}': [500],
      '{"gpu":"1","kind":"y"}': [30],
      '{"gpu":"7"}': [9],
    },
  },
  'takes means': { expression: avg(select('memory', equal('pod', 'a-0'))), want: { '{}': [20] } },
  'distinguishes an absent label from one with a value': {
    expression: sum(select('memory', notEqual('pod', ''))),
    want: { '{}': [540] },
  },
  'takes several values of a label, letter by letter': {
    expression: sum(select('memory', oneOf('pod', 'a-0', 'b.0'))),
    want: { '{}': [40] },
  },
  'keeps what an owner has': {
    expression: sum(
      { op: 'and', of: select('memory'), on: ['pod'], where: select('owner', equal('id', 'a')) },
      'gpu',
    ),
    want: { '{"gpu":"0"}': [10], '{"gpu":"1"}': [30] },
  },
  'falls back series by series': {
    expression: sum(
      {
        op: 'or',
        of: select('memory', equal('pod', 'a-0'), equal('gpu', '0')),
        other: times(select('memory', equal('pod', 'a-0')), 100),
      },
      'gpu',
    ),
    want: { '{"gpu":"0"}': [10], '{"gpu":"1"}': [3000] },
  },
  'counts series': {
    expression: count(select('memory'), 'pod'),
    want: { '{"pod":"a-0"}': [2], '{"pod":"b-0"}': [1], '{}': [1] },
  },
  'keeps what an owner of an owner has': {
    expression: sum(
      and(select('memory'), ['pod'], and(select('owner'), ['id'], select('owner', equal('extra', 'z')))),
      'gpu',
    ),
    want: { '{"gpu":"0"}': [10], '{"gpu":"1"}': [30] },
  },
  'adds what has the same labels': {
    expression: sum(plus(select('memory', equal('pod', 'a-0')), select('memory', equal('gpu', '0')))),
    want: { '{}': [20] },
  },
  'keeps values of a range, the lower end included': {
    expression: sum(between(select('memory'), 10, 30), 'gpu'),
    want: { '{"gpu":"0"}': [10] },
  },
  'adds a label': {
    expression: labelled(sum(select('memory', equal('gpu', '7'))), 'range', 'low "end"'),
    want: { '{"range":"low \\"end\\""}': [9] },
  },
  'has no idle time while a gauge is above 0': {
    expression: sum(idle(select('busy', equal('pod', 'worker')), 30_000), 'pod'),
    times: { start: T0 + 20_100, end: T0 + 20_100, step: 1 },
    want: { '{"pod":"worker"}': [0] },
  },
  'has the whole window as the idle time of a gauge that was not above 0 in it': {
    expression: sum(idle(select('busy', equal('pod', 'sleeper')), 30_000), 'pod'),
    times: { start: T0 + 60_100, end: T0 + 60_100, step: 1 },
    want: { '{"pod":"sleeper"}': [30] },
  },
  'has the age of a gauge that is younger than the window, to a minute': {
    expression: sum(
      times(between(idle(select('busy', equal('pod', 'sleeper')), 300_000), 60, 121), 0),
      'pod',
    ),
    times: { start: T0 + 120_100, end: T0 + 120_100, step: 1 },
    want: { '{"pod":"sleeper"}': [0] },
  },
  'has the idle time to a minute': {
    expression: sum(times(between(idle(select('busy', equal('pod', 'worker')), 300_000), 40, 101), 0), 'pod'),
    times: { start: T0 + 120_100, end: T0 + 120_100, step: 1 },
    want: { '{"pod":"worker"}': [0] },
  },
  'has nothing where nothing is asked': { expression: NOTHING, want: {} },
  'has nothing for a workload that nobody knows': {
    expression: sum(rate(requestsOf('c'), 20_000)),
    want: {},
  },
  'has nothing before the first and after the last sample counts': {
    expression: sum(select('rare')),
    times: { start: T0, end: T0 + 400_000, step: 100_000 },
    want: { '{}': [4, 4, 4] },
    at: [T0 + 100_000, T0 + 200_000, T0 + 300_000],
  },
  'has no rate where fewer than two samples fall into the window': {
    expression: sum(rate(requestsOf('a'), 1_000)),
    want: {},
  },
  'keeps a quote in a label value a quote': {
    expression: sum(select('memory', equal('pod', 'a-0"} or vector(1) #'))),
    want: {},
  },
};

/** Contract suite of every {@link SeriesSource}. `open` is called once; the source is closed at the end. */
export function describeSeriesSource(open: OpenSeriesSource): void {
  let tested: SeriesSourceUnderTest;
  beforeAll(async () => {
    tested = await open(DATA);
  }, 60_000);
  afterAll(() => tested?.close());

  it.each(Object.entries(CASES))('%s', async (_name, { expression, times: asked = AT, want, at }) => {
    const { series } = await tested.source.range(expression, asked);
    const got = Object.fromEntries(series.map(({ labels, points }) => [labelText(labels), points]));
    expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
    for (const [key, values] of Object.entries(want)) {
      expect(got[key]?.map((point) => point.at)).toEqual(at ?? instants(asked));
      got[key]?.forEach((point, index) => expect(point.value).toBeCloseTo(values[index] ?? NaN, 6));
    }
  });

  it('rejects when it cannot be read', async () => {
    if (tested.broken === undefined) return;
    await expect(tested.broken.range(sum(select('memory')), AT)).rejects.toMatchObject({
      name: 'SourceError',
    });
  });
}

const labelText = (labels: Series['labels']): string =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))));

function instants({ start, end, step }: SampleTimes): number[] {
  const all: number[] = [];
  for (let at = start; at <= end; at += step) all.push(at);
  return all;
}
