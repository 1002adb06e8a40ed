import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { select } from '@tessera/domain-measurement';
import { silentLogger } from '@tessera/platform-logging';
import { SampleStore } from './sample-store';
import { Scraper } from './scraper';

describe('the scraper', () => {
  let exporter: Server;
  let pages: Record<string, string | undefined>;
  let now: number;
  let store: SampleStore;
  beforeEach(async () => {
    pages = { '/a': 'm{pod="a"} 1\nunwanted 5', '/b': 'm{pod="b"} 2' };
    now = 1_000;
    store = new SampleStore({ retentionMs: 3600_000 });
    exporter = createServer(({ url = '' }, response) => {
      response.writeHead(pages[url] === undefined ? 500 : 200).end(pages[url]);
    });
    await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    exporter.closeAllConnections();
    exporter.close();
  });

  const scraperOf = (onScrape = (_target: string, _ok: boolean): void => {}): Scraper => {
    const base = `http://127.0.0.1:${(exporter.address() as AddressInfo).port}`;
    return new Scraper({
      targets: [`${base}/a`, `${base}/b`],
      store,
      wanted: new Set(['m']),
      intervalMs: 60_000,
      clock: { now: () => now },
      logger: silentLogger,
      maxPageBytes: 1_048_576,
      onScrape,
    });
  };
  const valuesNow = () =>
    store.find(select('m')).map((series) => [series.labels['pod'], series.valueAt(now)]);

  it('stores the wanted series of all targets with the time of the clock', async () => {
    await scraperOf().scrapeAll();
    expect(valuesNow()).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(store.find(select('unwanted'))).toEqual([]);
  });

  it.each([
    ['answers an error', undefined],
    ['is no exposition', 'm{pod="a" 1'],
    ['is too large', `m{pod="a"} 1\n#${' '.repeat(1_048_576)}`],
  ])('takes the values of a target away while its page %s, and leaves the others', async (_name, page) => {
    const reported: boolean[] = [];
    const scraper = scraperOf((target, ok) => void (target.endsWith('/a') && reported.push(ok)));
    await scraper.scrapeAll();
    pages['/a'] = page;
    now += 1_000;
    await scraper.scrapeAll();
    expect(valuesNow()).toEqual([
      ['a', undefined],
      ['b', 2],
    ]);
    pages['/a'] = 'm{pod="a"} 3';
    now += 1_000;
    await scraper.scrapeAll();
    expect(valuesNow()).toContainEqual(['a', 3]);
    expect(reported).toEqual([true, false, true]);
  });

  it('is ready after the first scrape of every target, whether they answer or not', async () => {
    pages = {};
    const scraper = scraperOf();
    expect(scraper.notReady()).toBe('the first scrape has not finished');
    await scraper.scrapeAll();
    expect(scraper.notReady()).toBeUndefined();
  });

  it('stops at once although the next scrape is a minute away', async () => {
    const scraper = scraperOf();
    scraper.start();
    await scraper.stop();
    expect(valuesNow()).toEqual([]);
  });
});
