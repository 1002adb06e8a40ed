import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const WIDE = { width: 1280, height: 800 };

/** How every page is looked at. */
export const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: WIDE },
  { name: 'dark', colorScheme: 'dark', viewport: WIDE },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 360, height: 800 } },
] as const;
export type Look = (typeof LOOKS)[number];

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
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

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
