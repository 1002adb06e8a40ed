import { namesIn, type Expression, type SampleTimes } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import { measure, UnknownMetricError, type MeasureRequest } from './measure';
import { SourceError, type Series, type SeriesRead, type SeriesSource } from './ports';

/** Answers by the name of the first series that an expression reads. */
class AnsweringSource implements SeriesSource {
  readonly asked: { readonly expression: Expression; readonly times: SampleTimes }[] = [];
  constructor(
    private readonly answers: Readonly<Record<string, readonly Series[] | Error>>,
    private readonly warnings: readonly string[] = [],
  ) {}

  async range(expression: Expression, times: SampleTimes): Promise<SeriesRead> {
    this.asked.push({ expression, times });
    const answer = this.answers[namesIn(expression)[0] ?? ''] ?? [];
    if (answer instanceof Error) throw answer;
    return { series: answer, warnings: this.warnings };
  }
}

const NOW = 1_000_000;
const request = (change: Partial<MeasureRequest> = {}): MeasureRequest => ({
  scope: { kind: 'workload', workloadId: 'w', namespace: 'n' },
  types: ['THROUGHPUT'],
  start: NOW - 100_000,
  end: NOW,
  samples: 20,
  ...change,
});
const dependencies = (source: SeriesSource) => ({ source, clock: { now: () => NOW }, rateWindowMs: 10_000 });
const requests: Series = { labels: {}, points: [{ at: NOW, value: 2.5 }] };

describe('measuring', () => {
  it('returns one measurement per series', async () => {
    const devices = ['10', '9'].map((gpu) => ({
      labels: { gpu, node: 'n' },
      points: [{ at: NOW, value: 1 }],
    }));
    const source = new AnsweringSource({
      [SERIES.gatewayRequests]: [requests],
      [SERIES.allocatedGpus]: devices,
    });
    const { measurements, failed } = await measure(
      dependencies(source),
      request({ types: ['THROUGHPUT', 'ALLOCATED_GPU'] }),
    );
    expect(measurements).toEqual([
      { type: 'THROUGHPUT', labels: {}, values: [{ at: NOW, value: 2.5 }] },
      { type: 'ALLOCATED_GPU', labels: { gpu: '9', node: 'n' }, values: [{ at: NOW, value: 1 }] },
      { type: 'ALLOCATED_GPU', labels: { gpu: '10', node: 'n' }, values: [{ at: NOW, value: 1 }] },
    ]);
    expect(failed).toEqual([]);
  });

  it('returns a type without data as one measurement without values', async () => {
    const { measurements } = await measure(dependencies(new AnsweringSource({})), request());
    expect(measurements).toEqual([{ type: 'THROUGHPUT', labels: {}, values: [] }]);
  });

  it('reports which types could not be read, and returns the others', async () => {
    const source = new AnsweringSource({
      [SERIES.gatewayRequests]: [requests],
      [`${SERIES.gatewaySeconds}_sum`]: new SourceError('timeout'),
    });
    const { measurements, failed } = await measure(
      dependencies(source),
      request({ types: ['LATENCY', 'THROUGHPUT'] }),
    );
    expect(measurements.map(({ type }) => type)).toEqual(['THROUGHPUT']);
    expect(failed).toEqual([{ type: 'LATENCY', error: new SourceError('timeout') }]);
  });

  it('returns the series of a type of which the source warns, with the warnings', async () => {
    const source = new AnsweringSource({ [SERIES.gatewayRequests]: [requests] }, ['a store is away']);
    const { measurements, warned } = await measure(dependencies(source), request());
    expect(measurements).toHaveLength(1);
    expect(warned).toEqual([{ type: 'THROUGHPUT', warnings: ['a store is away'] }]);
  });

  it('reads a type once although it is named twice', async () => {
    const { measurements } = await measure(
      dependencies(new AnsweringSource({})),
      request({ types: ['LATENCY', 'LATENCY'] }),
    );
    expect(measurements).toHaveLength(1);
  });

  it.each([
    ['no samples are requested', { samples: 0 }],
    ['all of the range is in the future', { start: NOW + 1, end: NOW + 1000 }],
  ])('reads nothing and gives empty values when %s', async (_name, change) => {
    const source = new AnsweringSource({ [SERIES.gatewayRequests]: [requests] });
    const { measurements } = await measure(dependencies(source), request(change));
    expect(measurements).toEqual([{ type: 'THROUGHPUT', labels: {}, values: [] }]);
    expect(source.asked).toEqual([]);
  });

  it('spreads the samples over the part of the range that is past', async () => {
    const source = new AnsweringSource({});
    await measure(dependencies(source), request({ end: NOW + 900_000, samples: 5 }));
    expect(source.asked[0]?.times).toEqual({ start: NOW - 100_000, end: NOW, step: 25_000 });
  });

  it.each([
    ['puts a range that reaches to the present on multiples', NOW - 100_123, NOW + 5, 899_000, 999_000],
    ['leaves a range of the past as it is', NOW - 100_123, NOW - 50_001, NOW - 100_123, NOW - 50_001],
  ])('%s', async (_name, start, end, from, to) => {
    const source = new AnsweringSource({});
    const now = NOW + 3;
    await measure(
      { ...dependencies(source), clock: { now: () => now - 4 }, presentStepMs: 1_000 },
      request({ start, end, samples: 2 }),
    );
    expect(source.asked[0]?.times).toMatchObject({ start: from, end: to });
  });

  it.each([
    ['the distance of the samples', 100_000, 25_000],
    ['the least window when samples are closer', 4_000, 10_000],
  ])('lets rates look back over %s', async (_name, length, want) => {
    const source = new AnsweringSource({});
    await measure(dependencies(source), request({ start: NOW - length, samples: 5 }));
    expect(JSON.stringify(source.asked[0]?.expression)).toContain(`"windowMs":${want}`);
  });

  it.each<[string, MeasureRequest['scope']]>([
    ['POD_COUNT', { kind: 'pod', workloadId: 'w', namespace: 'n', pod: 'p' }],
    ['NONSENSE', { kind: 'workload', workloadId: 'w', namespace: 'n' }],
  ])('refuses %s of %j by name', async (type, scope) => {
    await expect(
      measure(dependencies(new AnsweringSource({})), request({ types: [type], scope })),
    ).rejects.toEqual(new UnknownMetricError(type));
  });
});
