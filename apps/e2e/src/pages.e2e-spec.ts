import { chromium, type Browser, type Page } from 'playwright-core';
import { describeWithService } from '@tessera/testing-services';
import { service } from '@tessera/dev-services';
import { Platform } from './platform';

jest.setTimeout(180_000);

/** A busy machine takes long to compile and render Swagger UI, ms. */
const PAGE_MS = 90_000;

describeWithService('chromium', 'the pages in a browser', () => {
  let platform: Platform;
  let browser: Browser;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    browser = await chromium.launch({ executablePath: service('chromium').reason, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await platform.remove();
  });

  /** A page that records what the console reports as an error, and every address that it requests. */
  async function open(width: number): Promise<{ page: Page; errors: string[]; requested: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    page.setDefaultTimeout(PAGE_MS);
    const errors: string[] = [];
    const requested: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
    page.on('pageerror', (error) => void errors.push(error.message));
    page.on('request', (request) => void requested.push(request.url()));
    return { page, errors, requested };
  }

  it('shows every operation of the API and sends one, authorised by the link of the local start', async () => {
    const { api, application } = platform.connection;
    const { page, errors, requested } = await open(1200);
    await page.goto(`${api}/docs#id=${application.id}&secret=${application.secret}`);

    await page.locator('.opblock-tag').first().waitFor();
    expect(await page.locator('.opblock-tag').count()).toBeGreaterThan(15);
    // The secret does not stay in the address bar.
    expect(page.url()).toBe(`${api}/docs`);
    await page.locator('#operations-tag-Workloads').click();
    const list = page.locator('.opblock', { hasText: 'List workloads' }).first();
    await list.locator('.opblock-summary').click();
    await list.getByRole('button', { name: 'Execute' }).click();
    await list.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();

    expect(await list.locator('.live-responses-table').textContent()).toContain('"workloads"');
    expect(errors).toEqual([]);
    expect(requested.filter((url) => !url.startsWith(`${api}/`) && !url.startsWith('data:'))).toEqual([]);
    const screenshot = process.env['TESSERA_TEST_SCREENSHOTS'];
    if (screenshot !== undefined) await page.screenshot({ path: `${screenshot}/docs.png` });
  });

  it('leads from the root to every document, without an error in the console', async () => {
    const { api } = platform.connection;
    const { page, errors } = await open(375);
    await page.goto(api);
    await page.getByRole('heading', { name: 'Sign in to Tessera' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    const answers = await Promise.all(links.map((link) => fetch(`${api}${link}`)));
    expect(answers.map(({ status }) => status)).toEqual(links.map(() => 200));
    expect(links).toEqual(expect.arrayContaining(['/docs', '/docs/events', '/openapi.json']));
    expect((await fetch(`${api}/favicon.ico`)).status).toBe(200);
    expect(errors).toEqual([]);
    const screenshot = process.env['TESSERA_TEST_SCREENSHOTS'];
    if (screenshot !== undefined) await page.screenshot({ path: `${screenshot}/start.png` });
  });

  it('shows the API on a telephone', async () => {
    const { page } = await open(375);
    await page.goto(`${platform.connection.api}/docs`);
    await page.locator('.opblock-tag').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  });

  it('shows the events, asks nobody else for anything, and fits on a telephone', async () => {
    const { page, requested } = await open(375);
    const address = `${platform.connection.api}/docs/events`;
    await page.goto(address);
    // With everything open nothing reaches beyond the screen.
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    expect(requested).toEqual([address]);
  });
});
