import type { Page } from 'playwright-core';
import { quantile, rounded } from '../placement-trace/statistics';
import { shownAfter, type ConsoleBrowser } from './browser';
import type { Fixture } from './fixture';
import { mainThreadOf, type TraceEvent } from './main-thread';

const DRAWN = '.map-frame[aria-busy="false"]';
const NODES = '**/api/v1/clusters/*/nodes?*';
const PAN_MS = 6_000;
const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'];
/** The wheel zooms in so far that nodes have names and shares have labels; 0 shows all of the cluster. */
const ZOOMS = { 'the whole cluster': 0, 'names of nodes': 8, 'labels of shares': 14 } as const;

export interface Panning {
  readonly at: string;
  readonly frames: number;
  readonly framesPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** The same without the time for which other processes had the processor. */
  readonly processorP95Ms: number;
  readonly longestTaskMs: number;
}

export interface MapSpeed {
  readonly drawnMs: readonly number[];
  /** All pages of nodes, bytes. */
  readonly answerBytes: number;
  readonly answers: number;
  readonly panning: readonly Panning[];
}

/** Time until the map is drawn with answers of the API, and the work of panning it with the same answers recorded. */
export async function mapSpeed(
  browser: ConsoleBrowser,
  { api }: Pick<Fixture, 'api'>,
  rounds: number,
): Promise<MapSpeed> {
  const page = await browser.page();
  const drawnMs: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    drawnMs.push(Math.round(await shownAfter(page, `${api}/map`, DRAWN)));
  const recorded = await record(page, `${api}/map`);
  const panning: Panning[] = [];
  for (const [at, wheels] of Object.entries(ZOOMS)) panning.push(await pan(browser, page, at, wheels));
  await page.context().close();
  return {
    drawnMs,
    answerBytes: [...recorded.values()].reduce((sum, text) => sum + text.length, 0),
    answers: recorded.size,
    panning,
  };
}

/** From now on the page gets the answers that it gets now, so that the API takes no part in what is measured. */
async function record(page: Page, address: string): Promise<ReadonlyMap<string, string>> {
  const recorded = new Map<string, string>();
  await page.route(NODES, async (route) => {
    const url = route.request().url();
    const known = recorded.get(url);
    if (known !== undefined) return route.fulfill({ contentType: 'application/json', body: known });
    const response = await route.fetch();
    recorded.set(url, await response.text());
    return route.fulfill({ response });
  });
  await shownAfter(page, address, DRAWN);
  return recorded;
}

async function pan(browser: ConsoleBrowser, page: Page, at: string, wheels: number): Promise<Panning> {
  const frame = page.locator('.map-frame');
  await frame.focus();
  await page.keyboard.press('0');
  const box = await frame.boundingBox();
  if (box === null) throw new Error('the map has no place on the page');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  for (let turn = 0; turn < wheels; turn += 1) await page.mouse.wheel(0, -120);
  await page.waitForSelector(DRAWN);
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
  await browser.browser.startTracing(page, { categories: CATEGORIES });
  const until = performance.now() + PAN_MS;
  await page.mouse.down();
  for (let step = 0; performance.now() < until; step += 1) {
    // Around and outwards, so that new parts come into view all the time.
    const angle = step / 9;
    const reach = Math.min(1, step / 200);
    await page.mouse.move(
      x + Math.cos(angle) * reach * box.width * 0.48,
      y + Math.sin(angle) * reach * box.height * 0.48,
    );
  }
  await page.mouse.up();
  const trace = JSON.parse((await browser.browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const { frames, processorMs, longestTaskMs, seconds } = mainThreadOf(trace.traceEvents);
  const ascending = [...frames].sort((a, b) => a - b);
  const onProcessor = [...processorMs].sort((a, b) => a - b);
  return {
    at,
    frames: frames.length,
    framesPerSecond: rounded(frames.length / seconds, 1),
    p50Ms: rounded(quantile(ascending, 0.5), 2),
    p95Ms: rounded(quantile(ascending, 0.95), 2),
    processorP95Ms: rounded(quantile(onProcessor, 0.95), 2),
    longestTaskMs: rounded(longestTaskMs, 1),
  };
}
