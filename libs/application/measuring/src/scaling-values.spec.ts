import { BUILT_IN_SCALING_QUERIES, ScalingQueries } from '@tessera/contracts-metrics';
import { namesIn, type Expression } from '@tessera/domain-measurement';
import { maybe } from '@tessera/kernel';
import { SourceError, type Series, type SeriesSource } from './ports';
import { readScalingValues } from './scaling-values';

const NOW = 1_700_000_000_000;

/** A source that answers from a function, and what it was asked. */
function asked(answer: (expression: Expression) => readonly Series[]) {
  const expressions: Expression[] = [];
  const wanted = new Set<string>();
  const source: SeriesSource = {
    range: async (expression) => {
      await Promise.resolve();
      expressions.push(expression);
      return { series: answer(expression), warnings: [] };
    },
  };
  const read = (metrics: readonly string[], queries: ScalingQueries = {}) =>
    readScalingValues(
      {
        source,
        clock: { now: () => NOW },
        rateWindowMs: 60_000,
        queries,
        want: (series) => series.forEach((name) => wanted.add(name)),
      },
      metrics,
    );
  return { read, expressions, wanted };
}

const series = (pod: string | undefined, value: number): Series => ({
  labels: { namespace: 'n', ...maybe('pod', pod) },
  points: [{ at: NOW, value }],
});

describe('values of metrics by name', () => {
  it('are those of each pod, with one query for each name however many ask', async () => {
    const { read, expressions } = asked(() => [series('a', 3), series('b', 4), series(undefined, 9)]);
    expect(await read(['queued', 'queued'])).toEqual({
      metrics: [
        {
          metric: 'queued',
          values: [
            { namespace: 'n', pod: 'a', value: 3 },
            { namespace: 'n', pod: 'b', value: 4 },
          ],
        },
      ],
    });
    expect(expressions).toHaveLength(1);
  });

  it('are computed as configured, else as built in, else as a gauge of that name', async () => {
    const { read, expressions } = asked(() => []);
    const queries = { share: { gauge: 'busy', fold: 'avg', factor: 100 } } as const;
    await read(['share', 'vllm:time_to_first_token_seconds', 'queued'], queries);
    const byPod = (how: 'sum' | 'avg', of: unknown) => ({
      op: 'aggregate',
      how,
      by: ['namespace', 'pod'],
      of,
    });
    const selected = (name: string) => ({ op: 'select', name, matchers: [] });
    const increase = (name: string) => byPod('sum', { op: 'rate', of: selected(name), windowMs: 60_000 });
    // A Prometheus server may keep the histogram as a native one, without series of its sum and count.
    const part = (name: 'sum' | 'count') => ({
      op: 'or',
      of: increase(`vllm:time_to_first_token_seconds_${name}`),
      other: { op: 'observations', part: name, of: increase('vllm:time_to_first_token_seconds') },
    });
    expect(expressions).toEqual([
      { op: 'times', of: byPod('avg', selected('busy')), factor: 100 },
      {
        op: 'times',
        of: {
          op: 'divide',
          of: part('sum'),
          by: part('count'),
        },
        factor: 1_000,
      },
      byPod('sum', selected('queued')),
    ]);
  });

  it('are wanted from a store of our own', async () => {
    const { read, wanted, expressions } = asked(() => []);
    const names = Object.values(BUILT_IN_SCALING_QUERIES).flatMap((queries) => Object.keys(queries));
    await read(names);
    expect([...wanted].sort()).toEqual([...new Set(expressions.flatMap(namesIn))].sort());
    expect(wanted.size).toBeGreaterThan(25);
  });

  it('do not hide each other where one cannot be read', async () => {
    const { read } = asked((expression) => {
      if (namesIn(expression).includes('broken')) throw new SourceError('the source is away');
      return [series('a', 3)];
    });
    const { metrics } = await read(['broken', 'queued', 'no metric']);
    expect(new Map(metrics.map(({ metric, error }) => [metric, error]))).toEqual(
      new Map([
        ['broken', 'the source is away'],
        ['queued', undefined],
        ['no metric', 'it is not the name of a metric'],
      ]),
    );
  });
});

describe('the built-in queries', () => {
  it('have the form of configured ones', () => {
    for (const queries of Object.values(BUILT_IN_SCALING_QUERIES))
      expect(ScalingQueries.parse(queries)).toEqual(queries);
  });

  it.each([
    [{ queued: {} }],
    [{ queued: { gauge: 'a b' } }],
    [{ queued: { gauge: 'a', rate: 'b' } }],
    [{ queued: { ratio: ['a'] } }],
    [{ 'a b': { gauge: 'a' } }],
    [{ queued: { gauge: 'a', factor: 0 } }],
  ])('%j is refused', (queries) => expect(ScalingQueries.safeParse(queries).success).toBe(false));
});
