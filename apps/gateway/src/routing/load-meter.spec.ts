import { latencyBucketOf } from '@tessera/contracts-internal';
import { LoadMeter } from './load-meter';

describe('the load of a workload', () => {
  it('is the requests at once, averaged over the interval by time', () => {
    const meter = new LoadMeter();
    meter.take(1_000, 1_000);
    meter.begin(1_000);
    meter.begin(1_500);
    meter.end(1_750, { ms: 750, cold: false });
    expect(meter.take(2_000, 1_000)).toEqual({
      started: 2,
      finished: 1,
      averageConcurrency: 1.25,
      latencies: [[latencyBucketOf(750), 1]],
      coldLatencies: [],
    });
    expect(meter.take(3_000, 1_000)).toEqual({
      started: 0,
      finished: 0,
      averageConcurrency: 1,
      latencies: [],
      coldLatencies: [],
    });
  });

  it('keeps cold requests apart, and counts those without a response by their end alone', () => {
    const meter = new LoadMeter();
    for (let index = 0; index < 3; index += 1) meter.begin(0);
    meter.end(10, { ms: 10, cold: true });
    meter.end(10, { ms: 10, cold: true });
    meter.end(10);
    const { finished, latencies, coldLatencies } = meter.take(10, 10);
    expect({ finished, latencies, coldLatencies }).toEqual({
      finished: 3,
      latencies: [],
      coldLatencies: [[latencyBucketOf(10), 2]],
    });
  });

  it('has the time of the latest arrival or end', () => {
    const meter = new LoadMeter();
    expect(meter.latestAt).toBeUndefined();
    meter.begin(5);
    expect(meter.latestAt).toBe(5);
    meter.end(8);
    expect(meter.latestAt).toBe(8);
  });
});
