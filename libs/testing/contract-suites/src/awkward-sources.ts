import { measure, type Measurement, type Scope } from '@tessera/application-measuring';
import { AWKWARD_NODES } from './awkward-nodes';
import { AWKWARD, NAMESPACE, NOW, type AwkwardCase } from './awkward-series';
import type { OpenSeriesSource, SeriesSourceUnderTest } from './series-source';

const scopeOf = (of: AwkwardCase['of']): Scope => {
  if ('kind' in of) return of;
  const { workloadId, pod } = of;
  return pod === undefined
    ? { kind: 'workload', workloadId, namespace: NAMESPACE }
    : { kind: 'pod', workloadId, namespace: NAMESPACE, pod };
};

const ALL = [...AWKWARD, ...AWKWARD_NODES];

/** The one value of each measurement by its labels. */
const valuesOf = (measurements: readonly Measurement[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    measurements.flatMap(({ labels, values }) =>
      values.map(({ value }) => [
        Object.entries(labels)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, text]) => `${name}=${text}`)
          .join(' '),
        Number(value.toPrecision(12)),
      ]),
    ),
  );

/** What measurements are where exporters are more than one, rename labels, or know less than the whole. */
export function describeAwkwardSources(open: OpenSeriesSource): void {
  let tested: SeriesSourceUnderTest;
  beforeAll(async () => {
    tested = await open(ALL.flatMap(({ given }) => given));
  }, 60_000);
  afterAll(() => tested?.close());

  it.each(ALL.flatMap(({ name, asked }) => asked.map((one) => ({ name, ...one }))))(
    '$name: $type of $of',
    async ({ of, type, want }) => {
      const { measurements, failed, warned } = await measure(
        { source: tested.source, clock: { now: () => NOW }, rateWindowMs: 60_000 },
        { scope: scopeOf(of), types: [type], start: NOW - 60_000, end: NOW, samples: 1 },
      );
      expect([failed, warned]).toEqual([[], []]);
      expect(valuesOf(measurements)).toEqual(want);
    },
  );
}
