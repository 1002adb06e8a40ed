import { getPriority, setPriority } from 'node:os';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { service } from '@tessera/dev-services';
import type { Fixture } from './fixture';

const WINDOW = { width: 1440, height: 900 };
const PAGE_MS = 60_000;
/** By so much the servers are nicer than the browser. */
const LOWER = 10;
const LOWEST = 19;

/** Pages of the console in Chromium, each in a context of its own, as tabs of different people. */
export class ConsoleBrowser {
  private constructor(
    readonly browser: Browser,
    private readonly fixture: Pick<Fixture, 'api' | 'application'>,
  ) {}

  /**
   * Starts Chromium, then what it talks to. Whoever looks at a page does so on another machine than that of the servers;
   * here they share its processors, so that the servers have a lower priority.
   */
  static async open<F extends Pick<Fixture, 'api' | 'application'>>(
    comeUp: () => Promise<F>,
  ): Promise<{ readonly browser: ConsoleBrowser; readonly fixture: F }> {
    const { reason: executablePath, ...found } = service('chromium');
    if (!found.available) throw new Error(`Chromium is needed: ${executablePath}`);
    const chromiumItself = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const own = getPriority();
      // Processes that are started from now on inherit it.
      setPriority(Math.min(LOWEST, own + LOWER));
      const fixture = await comeUp();
      raise(own);
      return { browser: new ConsoleBrowser(chromiumItself, fixture), fixture };
    } catch (error) {
      await chromiumItself.close();
      throw error;
    }
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

/** The hand that moves the mouse is as quick as the page again, where this user may raise a priority. */
function raise(priority: number): void {
  try {
    setPriority(priority);
  } catch (error) {
    process.stderr.write(`the benchmark keeps its low priority: ${String(error)}\n`);
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
