import type { Page } from 'playwright-core';
import { gpuPortion, migInstance } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { ConsoleBrowser } from './console/console-browser';
import { faultsIn, LOOKS, show } from './console/looks';
import { Platform } from './platform';

jest.setTimeout(240_000);

const LIMIT_MS = 60_000;
const HALF = gpuPortion(0.5);
const INSTANCE = migInstance('3g.20gb');

describeWithService('chromium', 'the cluster map in a browser', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let page: Page;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    const client = new Client(() => platform.connection);
    for (const [name, compute] of [
      ['half', HALF],
      ['slice', INSTANCE],
    ] as const)
      ids[name] = (await client.create(workload(name, compute, { nodePools: ['default'] }))).workloadId;
    for (const id of Object.values(ids))
      await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), LIMIT_MS);
    browser = await ConsoleBrowser.open(platform.connection);
    page = browser.page;
    await show(page, LOOKS[0]);
    const { api, application } = platform.connection;
    await page.goto(`${api}/#id=${application.id}&secret=${application.secret}`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.remove();
  });

  const map = () => page.locator('.map-frame');
  const card = () => page.locator('.map-card');
  const ring = () => page.locator('.map-ring');
  async function open(query = ''): Promise<void> {
    await page.goto(`${platform.connection.api}/map${query}`);
    await page.locator('.map-frame[aria-busy="false"]').waitFor();
  }
  /** Selects the only share of what is looked for; the focus is on the map then. */
  async function find(text: string): Promise<void> {
    await page.getByLabel('Search').fill(text);
    await page.getByRole('button', { name: 'Next of 1' }).click();
    await card().filter({ hasText: text }).waitFor();
  }

  it('shows the owner of a share when it is pointed at, and leads to the workload by a click', async () => {
    await open();
    await find('half');
    const place = await ring().boundingBox();
    const [x, y] = [(place?.x ?? 0) + (place?.width ?? 0) / 2, (place?.y ?? 0) + (place?.height ?? 0) / 2];
    await page.getByRole('heading', { level: 1 }).click();
    await card().waitFor({ state: 'hidden' });
    await page.mouse.move(x, y);
    await card().waitFor();
    const text = await card().innerText();
    for (const part of ['half', 'project-1', '0.5 GPU', 'l40s-default-1', 'Reservation pod'])
      expect(text).toContain(part);
    await page.mouse.click(x, y);
    await page.waitForURL(`**/workloads/${ids['half']}`);
  });

  it('shows it of a MIG instance in its interval, by keyboard alone, and Enter leads to the workload', async () => {
    await open('?search=slice');
    await map().focus();
    await page.keyboard.press('ArrowRight');
    // The first GPU is that of the node whose name comes first: four instances, the used one in the last place.
    await eventually(async () => {
      await page.keyboard.press('ArrowRight');
      expect(await card().locator('strong').innerText()).toBe('slice');
    });
    const text = await card().innerText();
    for (const part of ['3g.20gb', 'slices 4 to 7', 'a100-mig-default-1', '0.43 GPU'])
      expect(text).toContain(part);
    // Four of the eight slices of its GPU, behind those of three free instances.
    const own = await ring().boundingBox();
    await page.keyboard.press('ArrowLeft');
    const before = await ring().boundingBox();
    expect(before?.x).toBeLessThan(own?.x ?? 0);
    expect((own?.width ?? 0) / (before?.width ?? 1)).toBeGreaterThan(2);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.map-frame [role="status"]').innerText()).toContain('slice');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/workloads/${ids['slice']}`);
  });

  it('keeps colour, search and selection in the address', async () => {
    await open();
    await page.getByLabel('Colour').selectOption('age');
    await find('half');
    await eventually(() => expect(page.url()).toMatch(/colour=age.*search=half.*at=l40s-default-1/));
    await page.reload();
    await card().filter({ hasText: 'half' }).waitFor();
    expect(await page.getByLabel('Colour').inputValue()).toBe('age');
    await page.getByText('less than an hour').waitFor();
  });

  it('moves by wheel, dragging and keys, and comes back to all of it', async () => {
    await open('?search=half');
    await page.getByRole('button', { name: 'Next of 1' }).click();
    await page.keyboard.press('0');
    const at = async (): Promise<readonly number[]> => {
      const box = await ring().boundingBox();
      return [box?.x ?? 0, box?.y ?? 0, box?.width ?? 0].map(Math.round);
    };
    const all = await at();
    const frame = await map().boundingBox();
    const [x, y] = [(frame?.x ?? 0) + 200, (frame?.y ?? 0) + 200];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -600);
    await eventually(async () => expect((await at())[2]).toBeGreaterThan((all[2] ?? 0) * 1.5));
    const zoomed = await at();
    await page.mouse.down();
    await page.mouse.move(x - 60, y, { steps: 6 });
    await page.mouse.up();
    await eventually(async () => expect((await at())[0]).toBe((zoomed[0] ?? 0) - 60));
    await map().focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(async () => expect((await at())[0]).toBeGreaterThan((zoomed[0] ?? 0) - 60));
    await page.keyboard.press('0');
    await eventually(async () => expect(await at()).toEqual(all));
  });

  it('is a table too', async () => {
    await open();
    await page.getByRole('button', { name: 'As a table' }).click();
    const row = page.getByRole('row').filter({ hasText: 'slice' });
    await row.waitFor();
    expect(await row.innerText()).toMatch(/a100-mig-default-1\s+0\s+slice\s+project-1/);
    await row.getByRole('link', { name: 'slice' }).click();
    await page.waitForURL(`**/workloads/${ids['slice']}`);
  });

  it.each(['?search=half', '?as=table', '?colour=use'])(
    'has no serious fault for assistive technology, light, dark or narrow: %s',
    async (query) => {
      await page.goto(`${platform.connection.api}/map${query}`);
      await page.locator('.map-frame[aria-busy="false"], .table').waitFor();
      expect(await faultsIn(browser)).toEqual([]);
    },
  );

  it('reported no error in the console of the browser', () => {
    expect([browser.errors, browser.foreign]).toEqual([[], []]);
  });
});
