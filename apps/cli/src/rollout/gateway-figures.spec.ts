import { GatewayFigures } from './gateway-figures';

const series = (
  workload: string,
  counts: Readonly<Record<string, number>>,
  buckets: readonly number[] = [],
) =>
  [
    ...Object.entries(counts).map(
      ([code, count]) =>
        `tessera_gateway_requests_total{project="p1",workload="${workload}",pod="a",code="${code}"} ${count}`,
    ),
    ...['0.1', '0.5', '+Inf'].map(
      (le, at) =>
        `tessera_gateway_request_duration_seconds_bucket{project="p1",workload="${workload}",pod="a",le="${le}"} ${buckets[at] ?? 0}`,
    ),
  ].join('\n');

describe('the figures of the gateways', () => {
  it('are what all of them counted since the last call', async () => {
    let pages = [series('new', { '200': 10, '500': 1, '499': 3 }, [5, 14, 14]), series('new', { '502': 2 })];
    const figures = new GatewayFigures({ project: 'p1', workload: 'new' }, () => Promise.resolve(pages));
    expect(await figures.since()).toEqual({ requests: 13, errors: 3, p95Ms: 500 });
    expect(await figures.since()).toEqual({ requests: 0, errors: 0, p95Ms: undefined });
    pages = [
      `${series('new', { '200': 15, '500': 2 }, [25, 34, 34])}\n${series('old', { '500': 9 })}`,
      series('new', { '502': 1 }),
    ];
    // The second gateway has started again.
    expect(await figures.since()).toEqual({ requests: 7, errors: 2, p95Ms: 100 });
  });
});
