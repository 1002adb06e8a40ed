import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { service } from '@tessera/dev-services';
import type { Fixture } from './fixture';

const WINDOW = { width: 1440, height: 900 };
const PAGE_MS = 60_000;

/** Pages of the console in Chromium, each in a context of its own, as tabs of different people. */
export class ConsoleBrowser {
  private constructor(
    readonly browser: Browser,
    private readonly fixture: Pick<Fixture, 'api' | 'application'>,
  ) {}

  static async open(fixture: Pick<Fixture, 'api' | 'application'>): Promise<ConsoleBrowser> {
    const { reason: executablePath, ...found } = service('chromium');
    if (!found.available) throw new Error(`Chromium is needed: ${executablePath}`);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new ConsoleBrowser(browser, fixture);
  }

  /** A page that has signed in; it shows the overview. */
  async page(): Promise<Page> {
    const context: BrowserContext = await this.browser.newContext({ viewport: WINDOW });
    const page = await context.newPage();
    page.setDefaultTimeout(PAGE_MS);
    page.on('pageerror', (error) => process.stderr.write(`error in a page: ${error.message}\n`));
    const { api, application } = this.fixture;
    await page.goto(`${api}/#id=${application.id}&secret=${application.secret}`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Time from the beginning of a navigation until the selector is there and two frames have been drawn, ms. */
export async function shownAfter(page: Page, address: string, selector: string): Promise<number> {
  await page.goto(address, { waitUntil: 'commit' });
  return page.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(${JSON.stringify(selector)}) === null) return void requestAnimationFrame(look);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    };
    look();
  })`);
}

/** What the page's own scripts hold after a forced collection, bytes. */
export async function heapAfterCollection(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}
