import { chromium, type Browser } from 'playwright-core';
import { describeWithPart, part } from '@tessera/testing-parts';
import { Platform } from './platform';

jest.setTimeout(180_000);

describeWithPart('chromium', 'the pages in a browser', () => {
  let platform: Platform;
  let browser: Browser;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    browser = await chromium.launch({ executablePath: part('chromium').reason, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await platform.remove();
  });

  it('shows every operation of the API, styled, without an error in the console', async () => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    const errors: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
    page.on('pageerror', (error) => void errors.push(error.message));
    await page.goto(`${platform.connection.api}/docs`);

    const create = page.locator('#create_inference1');
    await create.locator('summary').first().click();
    expect(await create.locator('table').first().isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).toBe('960px');
    expect(await page.locator('details').count()).toBeGreaterThan(40);
    expect(errors).toEqual([]);
    const screenshot = process.env['TESSERA_TEST_SCREENSHOTS'];
    if (screenshot !== undefined) await page.screenshot({ path: `${screenshot}/docs.png` });
  });
});
