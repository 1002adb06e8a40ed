import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { describeWithService, eventually } from '@tessera/testing-services';
import { service } from '@tessera/dev-services';
import { Platform } from './platform';

jest.setTimeout(240_000);

/** A busy machine takes long to render, ms. */
const PAGE_MS = 60_000;
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = ['/', '/map', '/workloads', '/nodes', '/quota', '/usage', '/events'];
const NARROW = { width: 360, height: 800 };

describeWithService('chromium', 'the console in a browser', () => {
  let platform: Platform;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  const elsewhere: string[] = [];

  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    browser = await chromium.launch({ executablePath: service('chromium').reason, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1366, height: 900 } });
    page.setDefaultTimeout(PAGE_MS);
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
    page.on('pageerror', (error) => void errors.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${platform.connection.api}/`)) elsewhere.push(request.url());
    });
  });
  afterAll(async () => {
    await browser.close();
    await platform.remove();
  });

  /** Serious faults that axe finds on the page, one line each. */
  async function faults(): Promise<string[]> {
    await page.evaluate(`${AXE}; 0`);
    return page.evaluate(
      `axe.run().then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    );
  }

  const row = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

  async function create(name: string, gpus: string): Promise<void> {
    await page.getByRole('link', { name: 'Workloads' }).click();
    await page.getByRole('button', { name: 'New workload' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Image').fill('model:1');
    await page.getByLabel('GPU', { exact: true }).selectOption('devices');
    await page.getByLabel('Number of GPUs').fill(gpus);
    await page.getByRole('button', { name: 'Where would it go?' }).click();
    await page.getByText('Replica 0').waitFor();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name }).waitFor();
  }

  it('refuses a wrong credential with the words of the API, and signs in with the right one', async () => {
    const { api, application } = platform.connection;
    await page.goto(api);
    await page.getByLabel('Client id').fill(application.id);
    await page.getByLabel('Client secret').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await faults()).toEqual([]);
    // The browser reports the refusal in its console, as it does each answer of 400 and above.
    expect(errors.splice(0).filter((text) => !text.includes('40'))).toEqual([]);

    await page.getByLabel('Client secret').fill(application.secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it('creates a workload by its form and shows it run, without a reload', async () => {
    await create('chat', '1');
    await page.locator('.notice .phase', { hasText: 'Running' }).waitFor();
    const address = page.getByText(`${platform.connection.gateway}/project-1/chat/`);
    await address.waitFor();
    expect(await address.count()).toBe(1);
  });

  it('shows why one waits that cannot fit, on its page and in the list', async () => {
    await create('vast', '16');
    await page.locator('.notice', { hasText: 'too few devices for 16 whole devices' }).first().waitFor();
    await page.getByRole('link', { name: 'Workloads' }).click();
    await row('vast').getByText('too few devices').waitFor();
    await page.getByLabel('Phase').selectOption('Running');
    await row('chat').waitFor();
    expect(await row('vast').count()).toBe(0);
  });

  it('keeps the filters in the address', async () => {
    await page.reload();
    await row('chat').waitFor();
    expect(await page.getByLabel('Phase').inputValue()).toBe('Running');
  });

  it('changes a quota', async () => {
    await page.getByRole('link', { name: 'Quota' }).click();
    await page.getByRole('button', { name: 'Change the quota of project-1 in default' }).click();
    await page.getByLabel('GPUs deserved').fill('5.5');
    await page.getByRole('button', { name: 'Save' }).click();
    const changed = page.getByRole('cell', { name: '5.5', exact: true });
    await changed.waitFor();
    expect(await changed.count()).toBe(1);
  });

  it.each([...PAGES, 'workload'])(
    'has no serious fault for assistive technology, light, dark or narrow: %s',
    async (path) => {
      const { api } = platform.connection;
      if (path === 'workload') {
        await page.goto(`${api}/workloads`);
        await row('chat').getByRole('link').first().click();
        await page.getByRole('heading', { name: 'Connections' }).waitFor();
      } else {
        await page.goto(`${api}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await eventually(async () => expect(await page.locator('.waiting').count()).toBe(0));
      }
      expect(await faults()).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await faults()).toEqual([]);
      await page.setViewportSize(NARROW);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width);
      expect(await faults()).toEqual([]);
      await page.setViewportSize({ width: 1366, height: 900 });
      await page.emulateMedia({ colorScheme: 'light' });
    },
  );

  it('deletes a workload after a question, and signs out', async () => {
    await page.goto(`${platform.connection.api}/workloads`);
    await row('vast').getByRole('link').first().click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Workloads' }).waitFor();
    await row('vast').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Tessera' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('has asked nobody but the API, and reported no error in the console', () => {
    expect([errors, elsewhere.filter((url) => !url.startsWith('data:'))]).toEqual([[], []]);
  });
});
