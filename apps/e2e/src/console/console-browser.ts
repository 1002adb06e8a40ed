import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { service } from '@tessera/dev-services';
import type { Connection } from '../platform';

/** A busy machine takes long to render, ms. */
const PAGE_MS = 60_000;
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** What a page makes itself is asked of nobody. */
const OWN = /^(data|blob):/;

/** Chromium with one page of the console, which keeps what goes wrong and who else is asked. */
export class ConsoleBrowser {
  /** What the browser reported in its console as an error. */
  readonly errors: string[] = [];
  /** Addresses of others than the API and the gateway that were asked. */
  readonly foreign: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    { api, gateway }: Connection,
  ) {
    page.setDefaultTimeout(PAGE_MS);
    page.on('console', (message) => void (message.type() === 'error' && this.errors.push(message.text())));
    page.on('pageerror', (error) => void this.errors.push(error.message));
    page.on('request', (request) => {
      const url = request.url();
      const isKnown = [api, gateway].some((origin) => url.startsWith(`${origin}/`)) || OWN.test(url);
      if (!isKnown) this.foreign.push(url);
    });
  }

  static async open(connection: Connection): Promise<ConsoleBrowser> {
    const browser = await chromium.launch({
      executablePath: service('chromium').reason,
      args: ['--no-sandbox'],
    });
    return new ConsoleBrowser(browser, await browser.newPage(), connection);
  }

  /** A page that shares nothing with the first one: no session, no cached file. */
  async strangerPage(): Promise<Page> {
    const page = await (await this.browser.newContext()).newPage();
    page.setDefaultTimeout(PAGE_MS);
    return page;
  }

  /** Serious faults that axe finds on the page, one line each. */
  async faults(): Promise<readonly string[]> {
    await this.page.evaluate(`${AXE}; 0`);
    return this.page.evaluate(
      `axe.run().then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    );
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
