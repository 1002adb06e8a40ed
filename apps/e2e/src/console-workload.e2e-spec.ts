import type { Page } from 'playwright-core';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client } from './client';
import { ConsoleBrowser } from './console/console-browser';
import { faultsIn, LOOKS, show } from './console/looks';
import { Platform } from './platform';

jest.setTimeout(240_000);

const POOL = 'my-node-pool-a';

describeWithService('chromium', 'workloads in the console', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let page: Page;

  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
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

  const open = (path: string) => page.goto(`${platform.connection.api}${path}`);
  const dialog = () => page.getByRole('dialog');
  const row = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  const isRunning = () => page.locator('.notice .phase', { hasText: 'Running' }).waitFor();

  const faults = (): Promise<readonly string[]> => faultsIn(browser);

  it('names what is wrong in JSON by field and line while it is typed, and creates from a template', async () => {
    await open('/workloads?new');
    await page.getByRole('button', { name: 'Small chat model' }).click();
    await page.getByLabel('Name', { exact: true }).fill('chat');
    await page.getByText('It fits now').waitFor();
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const text = page.getByLabel('Body of the request');
    const right = await text.inputValue();

    await text.fill(right.replace('"minReplicas": 1', '"minReplicas": "one"'));
    const line = right.split('\n').findIndex((one) => one.includes('minReplicas')) + 1;
    await page.getByText('spec.autoscaling.minReplicas: must be a number').waitFor();
    expect(await page.locator('.marks li').allTextContents()).toEqual([
      `Line ${line} spec.autoscaling.minReplicas: must be a number`,
    ]);
    expect(await page.getByRole('button', { name: 'Create', exact: true }).isEnabled()).toBe(false);
    await page.getByRole('button', { name: `Line ${line}` }).click();
    const begin = await page.evaluate<number>(`document.querySelector('#body-json').selectionStart`);
    expect(right.slice(0, begin).split('\n')).toHaveLength(line);
    await text.fill('{\n  "name": }');
    await page.getByText('Expected a value').waitFor();
    expect(await faults()).toEqual([]);

    await text.fill(right);
    await page.getByText('It fits now').waitFor();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name: 'chat' }).waitFor();
    await isRunning();
  });

  it('asks before what was typed is lost', async () => {
    await open('/workloads');
    await page.getByRole('button', { name: 'New workload' }).click();
    await page.getByLabel('Name', { exact: true }).fill('lost');
    await page.goBack();
    const question = page.getByRole('dialog', { name: 'Discard what you typed?' });
    await question.getByRole('button', { name: 'Keep editing' }).click();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('lost');
    await page.keyboard.press('Escape');
    expect(await faults()).toEqual([]);
    await question.getByRole('button', { name: 'Discard' }).click();
    await dialog().first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });

  it('says node by node why one that cannot fit is not placed', async () => {
    await open('/workloads?new');
    await page.getByLabel('Name', { exact: true }).fill('vast');
    await page.getByLabel('Image').fill('model:1');
    await page.getByLabel('GPU', { exact: true }).selectOption('devices');
    await page.getByLabel('Number of GPUs').fill('16');
    await page.getByText('It fits on no node now, and would wait').waitFor();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('link', { name: 'Why, node by node' }).click();
    await page.getByText('A further replica fits on no node').waitFor();
    const chip = page.getByRole('button', { name: /^Too few GPUs/ });
    const nodes = page.locator('.group li');
    const all = await nodes.count();
    expect(all).toBeGreaterThan(1);
    await chip.click();
    const rejected = await nodes.count();
    expect(await chip.innerText()).toMatch(new RegExp(`\\b${rejected}$`));
    const [first = ''] = await nodes.locator('strong').allTextContents();
    await page.getByLabel('Filter').fill(first);
    await eventually(async () => expect(await nodes.count()).toBe(1));
    expect(await faults()).toEqual([]);
  });

  it('shows where a running one is, and its objects', async () => {
    await open('/workloads');
    await row('chat').getByRole('link', { name: 'chat', exact: true }).click();
    await page.getByRole('link', { name: 'Placement' }).click();
    await page.locator('.group', { hasText: 'Has replicas of it' }).getByText('has 1 replica').waitFor();
    await page.getByRole('link', { name: 'Spec' }).click();
    await page.locator('.objects li', { hasText: 'Pod' }).first().waitFor();
    expect(await page.locator('.objects li', { hasText: 'Service' }).count()).toBe(1);
    expect(await faults()).toEqual([]);
  });

  it('changes the most replicas after the difference was shown, and sends nothing else', async () => {
    await page.getByRole('link', { name: 'Edit' }).click();
    expect(await page.getByLabel('Name', { exact: true }).isEnabled()).toBe(false);
    await page.getByLabel('Most replicas').fill('3');
    await page.getByText('it is mandatory when minReplicas is less than maxReplicas').waitFor();
    await page.getByLabel('Scale by').selectOption('concurrency');
    const changes = page.getByRole('region', { name: 'What changes' });
    await changes.getByText('spec.autoscaling.metricThreshold').waitFor();
    const lines = changes.locator('.differences > div');
    expect(await lines.allInnerTexts()).toEqual([
      expect.stringMatching(/^spec\.autoscaling\.maxReplicas\s+1\s+3$/),
      expect.stringMatching(/^spec\.autoscaling\.metric\s+concurrency$/),
      expect.stringMatching(/^spec\.autoscaling\.metricThreshold\s+8$/),
    ]);
    await changes.getByText('Replicas that run are kept').waitFor();
    expect(await faults()).toEqual([]);
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.getByRole('button', { name: 'Save 3 changes' }).click();
    expect((await sent).postDataJSON()).toEqual({
      spec: { autoscaling: { maxReplicas: 3, metric: 'concurrency', metricThreshold: 8 } },
    });
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('1 to 3').waitFor();
  });

  it('copies a workload under a free name', async () => {
    await page.getByRole('link', { name: 'Copy', exact: true }).click();
    await page.getByRole('heading', { name: 'Copy of chat' }).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('chat-2');
    expect(await page.getByLabel('Most replicas').inputValue()).toBe('3');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name: 'chat-2' }).waitFor();
    await isRunning();
  });

  it('shows decisions on the time line with their inputs, and what followed', async () => {
    await page.getByRole('link', { name: 'Scaling' }).click();
    await page.getByRole('heading', { name: 'Replicas over time' }).waitFor();
    await page.getByRole('heading', { name: 'Cold starts by stage' }).waitFor();
    await eventually(async () => expect(await page.locator('.waiting').count()).toBe(0));
    expect(await faults()).toEqual([]);
    for (const part of ['Metrics', 'Pods', 'Events']) {
      await page.getByRole('navigation', { name: 'Parts' }).getByRole('link', { name: part }).click();
      await eventually(async () => expect(await page.locator('.waiting').count()).toBe(0));
      expect(await faults()).toEqual([]);
    }
  });

  it('searches, wraps and saves a log', async () => {
    await page.getByRole('navigation', { name: 'Parts' }).getByRole('link', { name: 'Logs' }).click();
    const log = page.getByLabel('Log', { exact: true });
    await eventually(async () => expect(await log.innerText()).not.toContain('The log is empty'));
    const [word = ''] = /[a-z]{4,}/i.exec(await log.innerText()) ?? [];
    await page.getByLabel('Search').fill(word);
    await log.locator('mark').first().waitFor();
    await page.getByLabel('Wrap lines').uncheck();
    expect(await page.evaluate(`getComputedStyle(document.querySelector('pre.log')).whiteSpace`)).toBe('pre');
    expect(await faults()).toEqual([]);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save' }).click();
    expect((await saved).suggestedFilename()).toMatch(/^chat-2-.*\.log$/);
  });

  it('keeps the chosen columns, and filters by node and reason at the API', async () => {
    await open('/workloads');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Priority' }).check();
    await page.getByRole('checkbox', { name: 'Created' }).uncheck();
    expect(await faults()).toEqual([]);
    await page.reload();
    await page.getByRole('columnheader', { name: 'Priority' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Created' }).count()).toBe(0);

    await page.getByLabel('Reason').fill('too few devices');
    await row('chat').waitFor({ state: 'detached' });
    await row('vast').waitFor();
    expect(new URL(page.url()).searchParams.get('reason')).toBe('too few devices');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row('chat').waitFor();
    await page.getByLabel('Node', { exact: true }).fill('no such node');
    await page.getByText('No workload matches').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
  });

  it('deletes several after a question that names what is lost', async () => {
    await row('chat').waitFor();
    await page.getByLabel('Select chat-2').check();
    await page.getByLabel('Select vast').check();
    await page.getByRole('button', { name: 'Delete 2' }).click();
    const question = page.getByRole('dialog', { name: 'Delete 2 workloads?' });
    expect(await question.locator('.names strong').allTextContents()).toEqual(['chat-2', 'vast']);
    await question.getByText('1 running replica is stopped').waitFor();
    await question.getByText('This cannot be undone').waitFor();
    expect(await faults()).toEqual([]);
    await question.getByRole('button', { name: 'Delete', exact: true }).click();
    // What is behind a dialog is hidden from roles.
    await question.waitFor({ state: 'detached' });
    await row('chat').waitFor();
    await row('vast').waitFor({ state: 'detached' });
    await row('chat-2').waitFor({ state: 'detached' });
    expect(await row('chat').count()).toBe(1);
  });

  it('shows what happened to one that is gone', async () => {
    await page.getByLabel('Deleted ones').check();
    await row('vast').getByRole('link', { name: 'vast' }).click();
    await page.getByRole('navigation', { name: 'Parts' }).getByRole('link', { name: 'Events' }).click();
    await page.locator('.steps strong').first().waitFor();
    expect((await page.locator('.steps strong').allInnerTexts()).join()).toMatch(/delet/i);
    expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  });

  describe('while answers are late', () => {
    /** Holds what is asked for at such addresses until the returned function is called. */
    async function late(address: RegExp): Promise<() => void> {
      let arrive = (): void => undefined;
      const held = new Promise<void>((resolve) => (arrive = resolve));
      await page.route(address, async (route) => {
        await held;
        await route.continue();
      });
      return arrive;
    }
    afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }));

    it('Escape closes a dialog whose request is in flight, and the change is made', async () => {
      await open(`/quota?pool=${POOL}`);
      await page.getByRole('button', { name: `Change the quota of project-1 in ${POOL}` }).click();
      await dialog().getByLabel('GPUs deserved').fill('3');
      const arrives = await late(/\/org-unit\/projects\//);
      await dialog().getByRole('button', { name: 'Save' }).click();
      await dialog().getByRole('button', { name: 'Saving' }).waitFor();
      await page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
      arrives();
      const client = new Client(() => platform.connection);
      await eventually(async () => {
        const { body } = await client.call('GET', '/api/v1/org-unit/projects/1');
        expect(body.resources).toMatchObject([{ nodePool: { name: POOL }, gpu: { deserved: 3 } }]);
      });
    });

    it.each(['/workloads', '/map'])(
      'a search in %s does not lead back from a page that was asked for',
      async (searched) => {
        const pageOfEvents = /\/assets\/events-[^/]*\.js$/;
        const arrives = await late(pageOfEvents);
        const asked = page.waitForRequest(pageOfEvents);
        await page.clock.install();
        await open(searched);
        await page.getByLabel('Search', { exact: true }).fill('chat');
        await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Events' }).click();
        // The pause in typing ends while the page of events is still loading.
        await asked;
        await page.clock.fastForward(1_000);
        arrives();
        await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
        expect(new URL(page.url()).pathname).toBe('/events');
      },
    );
  });

  it('has reported no error in the console', () => {
    expect([browser.errors, browser.foreign]).toEqual([[], []]);
  });
});
