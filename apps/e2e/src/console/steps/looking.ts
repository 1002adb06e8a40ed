import type { Page } from 'playwright-core';
import { eventually } from '@tessera/testing-services';
import type { ConsoleBrowser } from '../console-browser';
import { LOOKS, overflowOf, picture, show } from '../looks';
import type { Step } from '../story';
import { SIGN_IN, VIEWS, visit } from '../views';

const SETTLE_MS = 3_000;

/** By how many pixels the page stays wider than its window; plots become narrower a little after it. */
async function settledOverflow(page: Page): Promise<number> {
  const fits = eventually(async () => expect(await overflowOf(page)).toBe(0), SETTLE_MS);
  return fits.then(
    () => 0,
    () => overflowOf(page),
  );
}

/** What is wrong with the page that is shown, in each look, of which it also takes a picture. */
export async function lookAt(browser: ConsoleBrowser, view: string): Promise<readonly string[]> {
  const { page } = browser;
  const wrong: string[] = [];
  for (const look of LOOKS) {
    await show(page, look);
    const overflow = await settledOverflow(page);
    if (overflow > 0) wrong.push(`${look.name}: ${overflow} px wider than its window`);
    await picture(page, view, look);
    wrong.push(...(await browser.faults()).map((fault) => `${look.name}: ${fault}`));
  }
  await show(page, LOOKS[0]);
  return wrong;
}

/** Looks at the page of one who has to sign in. */
export const LOOKING_AT_SIGN_IN: Step = {
  title: `has no serious fault for assistive technology, light, dark or narrow: ${SIGN_IN}`,
  async act(story) {
    await story.load('/');
    await story.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await lookAt(story.browser, SIGN_IN)).toEqual([]);
  },
};

/** Looks at every other page. */
export const LOOKING: readonly Step[] = VIEWS.map((view) => ({
  title: `has no serious fault for assistive technology, light, dark or narrow: ${view.name}`,
  isAlone: true,
  async act(story) {
    await visit(story, view);
    expect(await lookAt(story.browser, view.name)).toEqual([]);
  },
}));
