import type { Step } from '../story';

/** More than the page draws at first, and fewer than it keeps. */
const KEPT = 450;

const event = (number: number) => ({
  id: `kept-${number}`,
  type: 'io.tessera.inference.phase-changed.v1',
  subject: `workload-${number}`,
  workloadname: `kept-${number}`,
  time: new Date(Date.now() - 60_000 + number).toISOString(),
  data: { from: 'Pending', to: 'Running' },
});

export const READING_BACK: readonly Step[] = [
  {
    title: 'draws the newest of many events, and older ones when asked',
    isAlone: true,
    async act({ platform, browser }) {
      const { api, application } = platform.connection;
      const page = await browser.strangerPage();
      const body = Array.from({ length: KEPT }, (_, at) => `data: ${JSON.stringify(event(at))}\n\n`).join('');
      await page.route(
        (url) => url.pathname === '/api/v1/tessera/events' && url.searchParams.get('follow') === 'false',
        (route) => route.fulfill({ contentType: 'text/event-stream', body }),
      );
      await page.goto(`${api}/#id=${application.id}&secret=${application.secret}`);
      const pages = page.getByRole('navigation', { name: 'Pages', exact: true });
      await pages.getByRole('link', { name: 'Events', exact: true }).click();
      await page.getByLabel('Begin').selectOption('1h');
      const row = (number: number) => page.getByRole('link', { name: `kept-${number}`, exact: true });
      await row(KEPT - 1).waitFor();
      expect([await row(KEPT - 150).count(), await row(0).count()]).toEqual([1, 0]);
      const older = page.getByRole('button', { name: 'Show older' });
      await older.click();
      await row(KEPT - 350).waitFor();
      expect(await row(0).count()).toBe(0);
      await older.click();
      await row(0).waitFor();
      expect(await older.count()).toBe(0);
      await page.context().close();
    },
  },
];
