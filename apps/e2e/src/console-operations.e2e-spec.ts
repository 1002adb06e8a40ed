import type { Page } from 'playwright-core';
import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { ConsoleBrowser } from './console/console-browser';
import { faultsIn, faultsShown, LOOKS, ON_A_WALL, show } from './console/looks';
import { Platform } from './platform';

jest.setTimeout(240_000);

/** A busy machine takes long to render, ms. */
const PAGE_MS = 60_000;
const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const NODE = 'a100-pool-a-1';
const POOL = 'my-node-pool-a';
const HALF = gpuPortion(0.5);
const VAST = gpuPortion(1, 16);
/** The browser reports each answer of 400 and above, and each request that nobody answers. */
const NETWORK = /Failed to load resource/;

describeWithService('chromium', 'the console for those who run the platform', () => {
  let platform: Platform;
  let client: Client;
  let browser: ConsoleBrowser;
  let page: Page;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    client = new Client(() => platform.connection);
    browser = await ConsoleBrowser.open(platform.connection);
    ({ page } = browser);
    await show(page, LOOKS[0]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.remove();
  });

  const open = (path: string): Promise<unknown> => page.goto(`${platform.connection.api}${path}`);
  const heading = (name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();
  const loaded = (): Promise<void> =>
    eventually(async () => expect(await page.locator('.waiting').count()).toBe(0), PAGE_MS);
  const rowOf = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

  const faults = (): Promise<readonly string[]> => faultsShown(browser);
  /** What is wrong with the page once it has loaded: light, dark, narrow and on a wall. */
  async function looks(): Promise<readonly string[]> {
    await loaded();
    return faultsIn(browser, [...LOOKS, ON_A_WALL]);
  }

  describe('of a newcomer', () => {
    it('signs in by the link that the start printed, and keeps the secret out of the address', async () => {
      const [link] = /http\S+\/#id=\S+/.exec(platform.printed) ?? [];
      await page.goto(link ?? '');
      await heading('Overview');
      await page.getByText('GPUs ready').waitFor();
      expect(new URL(page.url()).hash).toBe('');
      expect(await page.title()).toBe('Overview · Tessera');
    });

    it('says of each panel that nothing is there yet, and what would be', async () => {
      for (const text of ['Nothing waits', 'nobody waits for a GPU', 'Nothing is idle'])
        await page.getByText(text).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  describe('at a glance', () => {
    let chat: string;
    beforeAll(async () => {
      chat = (await client.create(workload('chat', HALF))).workloadId;
      await client.create(workload('vast', VAST));
      await eventually(async () => expect(await client.phaseOf(chat)).toBe('Running'), PAGE_MS);
    });

    it('counts what runs and waits, and what nobody who waits can use', async () => {
      await open('/');
      const figure = (label: string) => page.locator('.figure', { hasText: label }).getByRole('strong');
      await eventually(async () => {
        expect(await figure('Running').innerText()).toBe('1');
        expect(await figure('Pending').innerText()).toBe('1');
      }, PAGE_MS);
      await page.getByText('free, for 1 that wait').waitFor();
    });

    it('groups what waits by reason, each a link to the list that it counts', async () => {
      await page.getByRole('link', { name: 'No node has enough GPUs' }).click();
      await heading('Workloads');
      await rowOf('vast').waitFor();
      expect(await rowOf('chat').count()).toBe(0);
    });

    it('says what changed in the last hour, also before the page was opened', async () => {
      await open('/');
      const changes = page.getByRole('region', { name: 'The last hour' });
      await changes.getByRole('link', { name: /^Came to run/ }).waitFor();
      await changes.getByRole('link', { name: /^Began to wait/ }).waitFor();
      await changes.getByRole('link', { name: /^Came to run/ }).click();
      await heading('Events');
      await page
        .getByRole('listitem')
        .filter({ hasText: 'Running' })
        .filter({ hasText: 'chat' })
        .first()
        .waitFor();
      expect(await page.getByRole('listitem').filter({ hasText: 'vast' }).count()).toBe(0);
    });

    it('can be read on a wall: all numbers in the window, and several times as high as text', async () => {
      await open('/');
      await loaded();
      await show(page, ON_A_WALL);
      const figures = page.locator('.figure strong');
      const boxes = await Promise.all((await figures.all()).map((figure) => figure.boundingBox()));
      expect(
        boxes.filter((box) => box === null || box.y + box.height > ON_A_WALL.viewport.height / 2),
      ).toEqual([]);
      expect(Math.min(...boxes.map((box) => box?.height ?? 0))).toBeGreaterThanOrEqual(48);
      await show(page, LOOKS[0]);
    });
  });

  describe('of nodes', () => {
    let late: string;

    it('cordons a node, and what comes then waits and says why', async () => {
      await open('/nodes');
      await heading('Nodes and pools');
      await page.getByRole('link', { name: NODE }).click();
      await heading(NODE);
      await page.getByRole('button', { name: `Cordon ${NODE}` }).click();
      await page.getByText('Nothing new is placed on it').waitFor();
      late = (await client.create(workload('late', HALF, { nodePools: [POOL] }))).workloadId;
      await open(`/workloads/${late}`);
      await page
        .getByText(/1 is cordoned or not ready/)
        .first()
        .waitFor();
      expect(await client.phaseOf(late)).toBe('Pending');
    });

    it('uncordons it, and what waited runs there', async () => {
      await open('/nodes?status=Unschedulable');
      await page.getByRole('button', { name: `Uncordon ${NODE}` }).click();
      await page.getByText('No node matches').waitFor();
      await eventually(async () => expect(await client.phaseOf(late)).toBe('Running'), PAGE_MS);
      await open('/nodes');
      await page.getByRole('link', { name: NODE }).click();
      await page.getByRole('row').filter({ hasText: 'late' }).filter({ hasText: 'project-1' }).waitFor();
    });
  });

  describe('of quotas', () => {
    it('shows deserved, used and waiting, changes one, and marks what is over it', async () => {
      await open(`/quota?pool=${POOL}`);
      await page.getByRole('button', { name: `Change the quota of project-1 in ${POOL}` }).click();
      const sheet = page.getByRole('dialog');
      await sheet.getByLabel('GPUs deserved').fill('0.25');
      await sheet.getByRole('button', { name: 'Save' }).click();
      await sheet.waitFor({ state: 'detached' });
      const row = page.getByRole('row').filter({ hasText: 'project-1' });
      await row.getByText('over by 0.75').waitFor();
      await row.getByRole('link', { name: /16 GPU, 1 pending/ }).waitFor();
      const { body } = await client.call('GET', '/api/v1/org-unit/projects/1');
      expect(body.resources).toMatchObject([{ nodePool: { name: POOL }, gpu: { deserved: 0.25 } }]);
    });

    it('offers no change to those who may not', async () => {
      const { body: app } = await client.call('POST', '/api/v1/apps', { name: 'viewer' });
      const VIEWER = 9;
      const { status } = await client.call('POST', '/api/v1/authorization/access-rules', {
        ...{ subjectId: app.id, subjectType: 'app', roleId: VIEWER },
        ...{ scopeType: 'cluster', scopeId: CLUSTER },
      });
      expect(status).toBe(201);
      const viewer = await browser.strangerPage();
      await viewer.goto(`${platform.connection.api}/#id=${app.clientId}&secret=${app.clientSecret}`);
      await viewer.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      for (const [link, row] of [
        ['Quota', 'project-1'],
        ['Nodes', NODE],
      ] as const) {
        await viewer.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: link }).click();
        await viewer.getByRole('row').filter({ hasText: row }).first().waitFor();
        expect(await viewer.getByRole('button', { name: /^(Change|Cordon)/ }).count()).toBe(0);
      }
      await viewer.context().close();
    });
  });

  describe('of events', () => {
    it('replays those of the time before, with the filter in the address', async () => {
      await open('/events?since=1h');
      await page.getByLabel('Type').selectOption('created');
      await page.getByRole('listitem').filter({ hasText: 'chat' }).waitFor();
      await eventually(async () => expect(new URL(page.url()).search).toBe('?type=created&since=1h'));
      await page.reload();
      await page.getByRole('listitem').filter({ hasText: 'vast' }).waitFor();
      expect(await page.getByRole('listitem').filter({ hasText: 'GPU allocated' }).count()).toBe(0);
    });

    it('holds new ones back while paused, and shows them then', async () => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await client.create(workload('more', HALF));
      await page.getByRole('button', { name: /Go on \([1-9]/ }).waitFor();
      expect(await page.getByRole('listitem').filter({ hasText: 'more' }).count()).toBe(0);
      await page.getByRole('button', { name: /Go on/ }).click();
      await page.getByRole('listitem').filter({ hasText: 'more' }).waitFor();
    });
  });

  describe('without a mouse', () => {
    const focused = (): Promise<string> =>
      page.evaluate(
        `(() => { const at = document.activeElement; return at.getAttribute('aria-label') || at.innerText || at.id; })()`,
      );

    it('skips the navigation first', async () => {
      await open('/usage');
      await heading('Usage and cost');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('content');
    });

    it('jumps to a workload by its name, and begins at its top', async () => {
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: 'Page, workload or node' }).waitFor();
      await page.keyboard.type('chat');
      await page.getByRole('option', { name: /chat Workload in project-1/ }).waitFor();
      await page.keyboard.press('Enter');
      await heading('chat');
      await eventually(async () => expect(await page.evaluate('document.activeElement.id')).toBe('content'));
    });

    it('jumps to a node from within a field, and the page is named after it', async () => {
      await open('/workloads');
      await page.getByLabel('Search').focus();
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').waitFor();
      await page.keyboard.type('l40s');
      await page.getByRole('option', { name: /l40s-default-1/ }).waitFor();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await heading('l40s-default-1');
      expect(await page.title()).toBe('l40s-default-1 · Tessera');
    });

    it('shows the shortcuts, and gives the focus back', async () => {
      await page.getByRole('link', { name: 'Quota' }).focus();
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Shortcuts' }).waitFor();
      expect(await faults()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await eventually(async () => expect(await focused()).toBe('Quota'));
    });

    it('writes times out', async () => {
      const time = page.getByRole('time').first();
      await page.keyboard.press('t');
      await eventually(async () => expect(await time.innerText()).toMatch(/\d{1,2} \w+ \d{4}, \d\d:\d\d/));
      await page.keyboard.press('t');
      await eventually(async () => expect(await time.innerText()).toMatch(/ ago$/));
    });

    it.each(['/', '/nodes', '/quota', '/usage', '/events'])(
      'comes to every control of %s, in view and marked',
      async (path) => {
        await open(path);
        await loaded();
        const controls = await page.evaluate<number>(
          `[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
          .filter((one) => !one.disabled && one.checkVisibility()).length`,
        );
        const unmarked: string[] = [];
        for (let at = 0; at < controls; at += 1) {
          await page.keyboard.press('Tab');
          const seen = await page.evaluate<{ name: string; marked: boolean; last: boolean }>(`(() => {
          const one = document.activeElement;
          const { width, height } = one.getBoundingClientRect();
          const { outlineStyle, outlineWidth } = getComputedStyle(one);
          const marked = width > 0 && height > 0 && outlineStyle !== 'none' && outlineWidth !== '0px';
          return { name: one.outerHTML.slice(0, 120), marked, last: one === document.body };
        })()`);
          if (seen.last || !seen.marked) unmarked.push(seen.name);
        }
        expect(unmarked).toEqual([]);
      },
    );
  });

  describe('in every state', () => {
    it.each([
      ['overview', '/'],
      ['nodes', '/nodes'],
      ['quota', '/quota'],
      ['usage', '/usage?by=day&and=project&from=2026-01-01&to=2026-01-31'],
      ['usage-now', '/usage'],
      ['events', '/events?since=1h'],
    ])(
      'has no serious fault for assistive technology, light, dark, narrow or on a wall: %s',
      async (_, path) => {
        await open(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect(await looks()).toEqual([]);
      },
    );

    it('nor has the page of a node, and the places to jump to', async () => {
      await open('/nodes');
      await page.getByRole('link', { name: 'a100-mig-default-1' }).click();
      await page.getByText('Layout now').waitFor();
      expect(await looks()).toEqual([]);
      await page.keyboard.press('/');
      await page.getByRole('dialog').getByRole('combobox').waitFor();
      expect(await faults()).toEqual([]);
      await page.keyboard.press('Escape');
    });

    it('says that there is no such page, and where to go', async () => {
      await open('/workloads/a/b/c');
      await page.getByText('There is no such page').waitFor();
      expect(await page.title()).toBe('Not found · Tessera');
      expect(await looks()).toEqual([]);
    });

    it('says that there is no such node', async () => {
      await open(`/nodes/${CLUSTER}/nobody`);
      await page.getByText('There is no such node').waitFor();
      expect(await page.title()).toBe('nobody · Tessera');
    });

    it('moves nothing for those who want no motion', async () => {
      const moving = await page.evaluate<number>(
        `document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 0).length`,
      );
      expect(moving).toBe(0);
    });

    it('keeps its data and shows a notice while the API answers nothing, and continues once it is back', async () => {
      await open('/nodes');
      await page.getByRole('link', { name: NODE }).waitFor();
      expect(browser.errors.splice(0)).toEqual([]);
      await page.context().setOffline(true);
      await page.getByText('The API does not answer').waitFor();
      await page.getByText('This is how it was').first().waitFor();
      expect(await page.getByRole('link', { name: NODE }).count()).toBe(1);
      expect(await looks()).toEqual([]);
      await page.context().setOffline(false);
      await page.getByRole('button', { name: 'Try now' }).click();
      await page.getByText('The API does not answer').waitFor({ state: 'detached' });
      await page.getByText('This is how it was').first().waitFor({ state: 'detached' });
      expect(browser.errors.splice(0).filter((text) => !NETWORK.test(text))).toEqual([]);
    });
  });
});
