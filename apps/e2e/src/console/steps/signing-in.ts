import type { Step } from '../story';

/** A busy machine takes longer than the second that an idle one needs, ms. */
const LOAD_LIMIT_MS = 30_000;
/** Of scripts and styles, as they are sent. */
const MOST_BYTES = 250_000;
/** The browser reports each answer of 400 and above. */
const REFUSAL = /status of 40[01]/;

export const SIGNING_IN: readonly Step[] = [
  {
    title: `shows the overview within ${LOAD_LIMIT_MS / 1000} s after the link of the local start was opened`,
    async act({ platform, browser }) {
      const { api, application } = platform.connection;
      const page = await browser.strangerPage();
      const began = performance.now();
      await page.goto(`${api}/#id=${application.id}&secret=${application.secret}`);
      await page.getByText('GPUs ready').waitFor();
      const tookMs = Math.round(performance.now() - began);
      const bytes = await page.evaluate<number>(
        `performance.getEntriesByType('resource').reduce((sum, { encodedBodySize, initiatorType }) =>
          sum + (['script', 'link', 'css'].includes(initiatorType) ? encodedBodySize : 0), 0)`,
      );
      process.stderr.write(`console: overview after ${tookMs} ms, ${Math.round(bytes / 1000)} kB of code\n`);
      await page.context().close();
      expect(tookMs).toBeLessThan(LOAD_LIMIT_MS);
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(MOST_BYTES);
    },
  },
  {
    title: 'refuses a wrong credential with the words of the API, and signs in with the right one',
    async act(story) {
      const { platform, browser, page } = story;
      const { id, secret } = platform.connection.application;
      await story.load('/');
      await page.getByLabel('Client id').fill(id);
      await page.getByLabel('Client secret').fill('wrong');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').waitFor();
      expect(browser.errors.splice(0).filter((text) => !REFUSAL.test(text))).toEqual([]);

      await page.getByLabel('Client secret').fill(secret);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
    },
  },
];
