import { planFor } from '@tessera/application-measuring';
import type { OpenSeriesSource, SeriesSourceUnderTest } from '../series-source';
import { NOW } from './given';
import { ROWS } from './rows';
import { FIXTURE } from './fixture';

const WINDOW_MS = 60_000;

const CASES = Object.entries(ROWS).flatMap(([name, { scope, types }]) =>
  Object.entries(types).map(([type, want]) => ({
    name: `${type} of ${name}`,
    type,
    scope,
    want: typeof want === 'number' ? { '{}': want } : want,
  })),
);

/** Every metric type of every scope, asked of a source with known series. */
export function describeMetricTypes(open: OpenSeriesSource): void {
  let tested: SeriesSourceUnderTest;
  beforeAll(async () => {
    tested = await open(FIXTURE);
  }, 60_000);
  afterAll(() => tested?.close());

  it.each(CASES)('$name', async ({ type, scope, want }) => {
    const plan = planFor(type, scope, WINDOW_MS);
    if (plan === undefined) throw new Error(`a ${scope.kind} has no type ${type}`);
    const { series } = await tested.source.range(plan, { start: NOW, end: NOW, step: 1 });
    const got = Object.fromEntries(
      series.map(({ labels, points }) => [labelText(labels), points.at(-1)?.value ?? NaN]),
    );
    expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
    for (const [labels, value] of Object.entries(want)) expect(got[labels]).toBeCloseTo(value, 6);
  });
}

const labelText = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))));
