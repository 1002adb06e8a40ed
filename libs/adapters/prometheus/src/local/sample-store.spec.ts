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

  it('gives no value when the newest scrape is older than five minutes', () => {
    const series = only(scraped([1]));
    expect(series?.valueAt(300_000)).toBe(1);
    expect(series?.valueAt(300_001)).toBeUndefined();
  });

  it('gives no value while a scrape does not show the series, failed scrapes included', () => {
    const series = only(scraped([1, undefined, 1]));
    expect([500, 1500, 2500].map((at) => series?.valueAt(at))).toEqual([1, undefined, 1]);
  });

  it('gives one sample per scrape in a window, both ends included', () => {
    const series = only(scraped([1, 1, 1, undefined, 5, 5]));
    expect(series?.samples(1000, 4000)).toEqual([
      { at: 1000, value: 1 },
      { at: 2000, value: 1 },
      { at: 4000, value: 5 },
    ]);
    expect(series?.samples(1001, 1999)).toEqual([]);
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
    expect(only(growing)?.samples(439_000, 499_000)).toHaveLength(61);
  });

  it('keeps the value of a series that has not changed since before the retention', () => {
    const store = scraped(
      Array.from({ length: 500 }, () => 7),
      60_000,
    );
    expect(only(store)?.valueAt(499_000)).toBe(7);
    expect(only(store)?.samples(490_000, 499_000)).toHaveLength(10);
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

  it('ignores a scrape that is not newer than the last one', () => {
    const store = scraped([1, 2]);
    store.append('t', 500, [sample(9)]);
    expect(only(store)?.valueAt(1000)).toBe(2);
  });
});
