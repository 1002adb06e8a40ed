import type { ConsoleBrowser } from '../console-browser';
import { faultsIn, LOOKS, picture } from '../looks';
import type { Step } from '../story';
import { SIGN_IN, VIEWS, visit } from '../views';

/** What is wrong with the page that is shown, in each look, of which it also takes a picture. */
export const lookAt = (browser: ConsoleBrowser, view: string): Promise<readonly string[]> =>
  faultsIn(browser, LOOKS, (look) => picture(browser.page, view, look));

/** Checks the page of a user who has to sign in. */
export const LOOKING_AT_SIGN_IN: Step = {
  title: `has no serious fault for assistive technology, light, dark or narrow: ${SIGN_IN}`,
  async act(story) {
    await story.load('/');
    await story.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await lookAt(story.browser, SIGN_IN)).toEqual([]);
  },
};

/** Checks every other page. */
export const LOOKING: readonly Step[] = VIEWS.map((view) => ({
  title: `has no serious fault for assistive technology, light, dark or narrow: ${view.name}`,
  isAlone: true,
  async act(story) {
    await visit(story, view);
    expect(await lookAt(story.browser, view.name)).toEqual([]);
  },
}));
