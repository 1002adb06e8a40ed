import { silentLogger } from '@tessera/platform-logging';
import { SampleStore } from './sample-store';
import { Scraper } from './scraper';

it('scrapes again after its interval though the wall clock is set back by an hour meanwhile', async () => {
  let wall = Date.parse('2026-01-01T12:00:00.000Z');
  let scrapes = 0;
  await new Promise<void>((resolve) => {
    const scraper = new Scraper({
      targets: ['data:,'],
      store: new SampleStore({ retentionMs: 60_000 }),
      wanted: new Set(),
      intervalMs: 1,
      clock: { now: () => wall },
      logger: silentLogger,
      onScrape: () => {
        wall -= 3_600_000;
        scrapes += 1;
        if (scrapes === 2) void scraper.stop().then(resolve);
      },
    });
    scraper.start();
  });
  expect(scrapes).toBe(2);
});
