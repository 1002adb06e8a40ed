import type { MeasurementQuery } from '@tessera/adapter-services';
import { measureWith } from './measure-activity';

const HOUR = Date.parse('2026-01-01T10:00:00Z');
const OF = { namespace: 'runai-a', workloadId: 'w', hour: HOUR };
const MINUTES = 60_000;

/** One value for each five minutes from the start of the hour on; null leaves one out. */
const series = (type: string, ...values: readonly (number | null)[]) => ({
  type,
  labels: {},
  values: values.flatMap((value, index) =>
    value === null
      ? []
      : [{ value: String(value), timestamp: new Date(HOUR + index * 5 * MINUTES).toISOString() }],
  ),
});
const twelve = (value: number): readonly number[] => Array.from({ length: 12 }, () => value);

describe('what the metrics service knows of an hour', () => {
  const asked: unknown[] = [];
  const measured = (status: 200 | 207, ...measurements: readonly ReturnType<typeof series>[]) =>
    measureWith({
      ofWorkload: async (params, query: MeasurementQuery) => {
        asked.push([params, query]);
        return { status, body: { measurements: [...measurements] } };
      },
    })(OF);

  it('is asked for in values of five minutes', async () => {
    await measured(200);
    expect(asked.at(-1)).toEqual([
      { namespace: 'runai-a', workloadId: 'w' },
      {
        metricType: ['THROUGHPUT', 'GPU_UTILIZATION', 'GPU_ALLOCATION'],
        start: '2026-01-01T10:00:00.000Z',
        end: '2026-01-01T11:00:00.000Z',
        numberOfSamples: 13,
      },
    ]);
  });

  it.each([
    // 2 requests/s for an hour; the value at its start is of the time before it.
    [
      'all of it',
      [series('THROUGHPUT', 900, ...twelve(2)), series('GPU_UTILIZATION', 0, ...twelve(40))],
      [7200, 40],
    ],
    // Half an hour at 80 %, the other half at 20 %.
    [
      'an uneven hour',
      [series('GPU_UTILIZATION', 5, ...twelve(80).slice(6), ...twelve(20).slice(6))],
      [undefined, 50],
    ],
    // A workload that began after 45 minutes was measured for 15: the mean of these.
    [
      'the end of it',
      [
        series('GPU_UTILIZATION', ...Array.from({ length: 10 }, () => null), 30, 60, 90),
        series('THROUGHPUT', 1, ...twelve(0)),
      ],
      [0, 60],
    ],
    // One request per second in these 15 minutes.
    [
      'requests of a part of it',
      [series('THROUGHPUT', ...Array.from({ length: 10 }, () => null), 1, 1, 1)],
      [900, undefined],
    ],
    // Half an hour at 100 % with one device, the other half at 0 % with four: half a GPU-hour of two and a half.
    [
      'an hour in which it grew',
      [
        series('GPU_UTILIZATION', 0, ...twelve(100).slice(6), ...twelve(0).slice(6)),
        series('GPU_ALLOCATION', 0, ...twelve(1).slice(6), ...twelve(4).slice(6)),
      ],
      [undefined, 20],
    ],
    ['only the time before it', [series('GPU_UTILIZATION', 70)], [undefined, undefined]],
    ['nothing', [series('GPU_UTILIZATION'), series('THROUGHPUT')], [undefined, undefined]],
  ] as const)('%s', async (_what, measurements, [requests, utilisation]) => {
    const activity = await measured(200, ...measurements);
    expect([activity.requests, activity.utilisation]).toEqual([requests, utilisation]);
  });

  it('is nothing where a part of the answer is missing', async () => {
    expect(await measured(207, series('THROUGHPUT', 1, ...twelve(2)))).toEqual({});
  });
});
