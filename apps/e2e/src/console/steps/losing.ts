import { eventually } from '@tessera/testing-services';
import type { Step } from '../story';

const LIMIT_MS = 60_000;
/** The browser reports what it cannot load. */
const UNREACHED =
  /ERR_(FAILED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)|status of 503/;

/** The console loads its other pages once the first one is there. */
const OTHERS_LOADED = `performance.getEntriesByType('resource').some(({ name }) => name.includes('/assets/quota-'))`;

export const LOSING: readonly Step[] = [
  {
    title: 'keeps what it shows while the API is away, opens other pages, and goes on once it is back',
    async act(story) {
      const { page, platform, browser } = story;
      await story.load('/workloads');
      await story.row('chat').waitFor();
      await eventually(async () => expect(await page.evaluate(OTHERS_LOADED)).toBe(true), LIMIT_MS);
      process.kill(platform.pidOf('api'), 'SIGKILL');
      await page.getByText('Offline, trying again').waitFor();
      await story.row('chat').waitFor();
      await story.goTo('Quota');
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('cell', { name: 'my-node-pool-b' }).first().waitFor();
      await eventually(() => expect(browser.errors.length).toBeGreaterThan(0), LIMIT_MS);
      expect(browser.errors.splice(0).filter((text) => !UNREACHED.test(text))).toEqual([]);
    },
  },
  {
    title: 'keeps its frame where a page cannot be loaded, and loads it when asked again',
    async act({ platform, browser }) {
      const { api, application } = platform.connection;
      const page = await browser.strangerPage();
      const files = '**/assets/quota-*.js';
      await page.route(files, (route) => route.abort());
      await page.goto(`${api}/#id=${application.id}&secret=${application.secret}`);
      await page.getByRole('link', { name: 'Quota', exact: true }).click();
      await page.getByRole('alert').getByText('This page could not be shown').waitFor();
      await page.getByRole('link', { name: 'Events', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
      await page.goBack();
      await page.unroute(files);
      await page.getByRole('button', { name: 'Load again' }).click();
      await page.getByRole('heading', { level: 1, name: 'Quota' }).waitFor();
      await page.context().close();
    },
  },
];
