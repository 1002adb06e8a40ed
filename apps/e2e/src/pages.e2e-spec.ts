import { chromium, type Browser } from 'playwright-core';
import { describeWithService } from '@tessera/testing-services';
import { service } from '@tessera/dev-services';
import { Platform } from './platform';

jest.setTimeout(180_000);

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
    // The example of the request is there, and a link into the closed schemas opens the one that it names.
    expect(await create.getByText('"gpuPortionRequest"').first().count()).toBe(1);
    await create.getByRole('link', { name: 'InferenceCreationRequest' }).click();
    expect(await page.locator('#schema-InferenceCreationRequest').isVisible()).toBe(true);
    expect(errors).toEqual([]);
    const screenshot = process.env['TESSERA_TEST_SCREENSHOTS'];
    if (screenshot !== undefined) await page.screenshot({ path: `${screenshot}/docs.png` });
  });
  it.each(['/docs', '/docs/events'])(
    '%s asks nobody else for anything, and fits on a telephone',
    async (path) => {
      const page = await browser.newPage({ viewport: { width: 375, height: 700 } });
      const asked: string[] = [];
      page.on('request', (request) => void asked.push(request.url()));
      await page.goto(`${platform.connection.api}${path}`);
      // With everything open nothing reaches beyond the screen.
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
      expect(asked).toEqual([`${platform.connection.api}${path}`]);
    },
  );
});
