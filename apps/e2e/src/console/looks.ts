import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { eventually } from '@tessera/testing-services';
import type { ConsoleBrowser } from './console-browser';

const WIDE = { width: 1280, height: 800 };

/** The colour schemes and sizes in which every page is checked. */
export const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: WIDE },
  { name: 'dark', colorScheme: 'dark', viewport: WIDE },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 360, height: 800 } },
] as const;
/** A wall screen, read from afar. */
export const ON_A_WALL = {
  name: 'wall',
  colorScheme: 'dark',
  viewport: { width: 2560, height: 1440 },
} as const;
export type Look = (typeof LOOKS)[number] | typeof ON_A_WALL;
/** Plots and the map become narrower a little after their window, ms. */
const SETTLE_MS = 3_000;

/** Resolves once what the page draws has been drawn. */
const DRAWN = `new Promise((drawn) => {
  const look = () => requestAnimationFrame(() =>
    document.querySelector('[aria-busy="true"]') === null ? requestAnimationFrame(drawn) : look());
  look();
})`;

/** Shows the page as the look says; resolves once it has been drawn. */
export async function show(page: Page, { colorScheme, viewport }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize(viewport);
  await page.evaluate(DRAWN);
}

/** By how many pixels the page is wider than its window. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** What is wrong with what the window shows: wider than the window, or a serious fault for assistive technology. */
export async function faultsShown(browser: ConsoleBrowser): Promise<readonly string[]> {
  const { page } = browser;
  const fits = eventually(async () => expect(await overflowOf(page)).toBe(0), SETTLE_MS);
  const overflow = await fits.then(
    () => 0,
    () => overflowOf(page),
  );
  return [...(overflow > 0 ? [`${overflow} px wider than its window`] : []), ...(await browser.faults())];
}

/** What is wrong with the page in each look; calls `onLook` while the look is shown. Leaves the first look. */
export async function faultsIn(
  browser: ConsoleBrowser,
  looks: readonly Look[] = LOOKS,
  onLook: (look: Look) => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const look of looks) {
    await show(browser.page, look);
    await onLook(look);
    wrong.push(...(await faultsShown(browser)).map((fault) => `${look.name}: ${fault}`));
  }
  await show(browser.page, LOOKS[0]);
  return wrong;
}

const ROOT = join(__dirname, '..', '..', '..', '..');
const FOLDER = process.env['TESSERA_TEST_SCREENSHOTS'];
const QUALITY = 70;

export const fileOf = (view: string, look: string): string => `${view}-${look}.webp`;

/** Writes a picture of what the window shows to the folder `TESSERA_TEST_SCREENSHOTS`, where that is set. */
export async function picture(page: Page, view: string, look: Look): Promise<void> {
  if (FOLDER === undefined) return;
  const folder = resolve(ROOT, FOLDER);
  mkdirSync(folder, { recursive: true });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  writeFileSync(join(folder, fileOf(view, look.name)), Buffer.from(data, 'base64'));
}
