import { select } from '@tessera/domain-measurement';
import { SampleStore } from './sample-store';

const sample = (value: number, pod = 'p') => ({ name: 'm', labels: { pod }, value });
const HOUR = 3600_000;

/** A store with one scrape per second from time 0; undefined is a scrape without the series. */
function scraped(values: readonly (number | undefined)[], retentionMs = HOUR) {
  const store = new SampleStore({ retentionMs });
  values.forEach((value, index) =>
    store.append('t', index * 1000, value === undefined ? [] : [sample(value)]),
  );
  return store;
}
const only = (store: SampleStore) => {
  const [series, ...others] = store.find(select('m'));
  expect(others).toEqual([]);
  return series;
};

describe('the sample store', () => {
  it('gives the value of the newest scrape', () => {
    const series = only(scraped([1, 2, 2, 3]));
    expect([-1, 0, 999, 1000, 2500, 3000, 9000].map((at) => series?.valueAt(at))).toEqual([
      undefined,
      1,
      1,
      2,
      2,
      3,
      3,
    ]);
  });

  it('gives no value when the newest scrape is five minutes old', () => {
    const series = only(scraped([1]));
    expect(series?.valueAt(299_999)).toBe(1);
    expect(series?.valueAt(300_000)).toBeUndefined();
  });

  it('gives no value while a scrape does not show the series, failed scrapes included', () => {
    const series = only(scraped([1, undefined, 1]));
    expect([500, 1500, 2500].map((at) => series?.valueAt(at))).toEqual([1, undefined, 1]);
  });

  it('gives one sample per scrape in a window, the end included and not the start', () => {
    const series = only(scraped([1, 1, 1, undefined, 5, 5]));
    expect(series?.samples(999, 4000)).toEqual([
      { at: 1000, value: 1 },
      { at: 2000, value: 1 },
      { at: 4000, value: 5 },
    ]);
    expect(series?.samples(1000, 1999)).toEqual([]);
  });

  it('stores only changes: constant series take no memory', () => {
    expect(scraped(Array.from({ length: 1000 }, () => 7)).size()).toEqual({ series: 1, changes: 1 });
  });

  it('drops samples older than the retention, and series that ended before it', () => {
    const store = scraped(
      [...Array.from({ length: 100 }, () => 1), ...Array.from({ length: 400 }, () => undefined)],
      60_000,
    );
    expect(store.size()).toEqual({ series: 0, changes: 0 });
    const growing = scraped(
      Array.from({ length: 500 }, (_, index) => index),
      60_000,
    );
    expect(growing.size().changes).toBeLessThan(60 + 2 * 64);
    expect(only(growing)?.samples(438_999, 499_000)).toHaveLength(61);
  });

  it('keeps the value of a series that has not changed since before the retention', () => {
    const store = scraped(
      Array.from({ length: 500 }, () => 7),
      60_000,
    );
    expect(only(store)?.valueAt(499_000)).toBe(7);
    expect(only(store)?.samples(489_000, 499_000)).toHaveLength(10);
  });

  it('keeps targets apart and names them by the label instance', () => {
    const store = new SampleStore({ retentionMs: HOUR });
    store.append('a', 0, [sample(1)]);
    store.append('b', 0, [sample(2)]);
    store.append('a', 1000, []);
    const values = store.find(select('m')).map((series) => [series.labels['instance'], series.valueAt(1000)]);
    expect(values).toEqual([
      ['a', undefined],
      ['b', 2],
    ]);
  });

  it('goes on from a clock that was set back, without the scrapes that are in the future then', () => {
    const store = scraped([1, 2, 3, undefined]);
    store.append('t', 1_500, [sample(9)]);
    store.append('t', 2_500, [sample(10)]);
    expect(only(store)?.samples(-1, 10_000)).toEqual([
      { at: 0, value: 1 },
      { at: 1_000, value: 2 },
      { at: 1_500, value: 9 },
      { at: 2_500, value: 10 },
    ]);
  });

  it('forgets a series of which only the future is known, and misses one that is not there any more', () => {
    const store = new SampleStore({ retentionMs: HOUR });
    store.append('t', 0, [sample(1, 'stays'), sample(1, 'ends')]);
    store.append('t', 3_000, [sample(2, 'stays'), sample(2, 'ends'), sample(2, 'future')]);
    store.append('t', 1_000, [sample(3, 'stays')]);
    const values = store.find(select('m')).map((series) => [series.labels['pod'], series.valueAt(1_000)]);
    expect(values).toEqual([
      ['stays', 3],
      ['ends', undefined],
    ]);
  });
});
