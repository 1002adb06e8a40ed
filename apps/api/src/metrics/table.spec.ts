import { table } from './table';

const timestamp = '2026-01-05T08:00:00.000Z';

describe('the table of measurements', () => {
  it('has a row for each value and for each part of a distribution', () => {
    const labels = { gpu: '3', node: 'a' };
    expect(
      table({
        measurements: [
          { type: 'ALLOCATED_GPU', labels, values: [{ value: '0.5', timestamp }] },
          { type: 'LATENCY', labels: null, values: null },
        ],
        histogram: [
          { type: 'BUCKETS', values: [{ timestamp, data: { '0.1': '2', '+Inf': '10' } }] },
          { type: 'PERCENTILES', values: [{ timestamp, data: { p50: '0.3' } }] },
        ],
      }),
    ).toEqual([
      ['type', 'labels', 'timestamp', 'value'],
      ['ALLOCATED_GPU', 'gpu=3;node=a', timestamp, '0.5'],
      ['BUCKETS', 'le=0.1', timestamp, '2'],
      ['BUCKETS', 'le=+Inf', timestamp, '10'],
      ['PERCENTILES', 'percentile=p50', timestamp, '0.3'],
    ]);
  });
});
