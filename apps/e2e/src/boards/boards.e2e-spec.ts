import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { service } from '@tessera/dev-services';
import { describeWithService, eventually } from '@tessera/testing-services';
import {
  AskedPrometheus,
  BOARDS,
  boardFile,
  chosen,
  drawBoard,
  filled,
  type BoardFile,
  type Values,
} from '@tessera/tool-boards';
import { Platform } from '../platform';
import { BoardFixture } from './board-fixture';

jest.setTimeout(300_000);

/** Until every series has been scraped often enough for its rate. */
const LIMIT_MS = 120_000;

const boards = BOARDS.map((board) => JSON.parse(boardFile(board)) as BoardFile);
const queries = boards.flatMap(({ title, uid, panels }) =>
  panels.flatMap((panel) =>
    (panel.targets ?? []).map(
      ({ expr, legendFormat }) =>
        [`${title}: ${panel.title}: ${legendFormat}`, { uid, panel: panel.title, expr }] as const,
    ),
  ),
);

describeWithService('prometheus', 'boards over a running platform', () => {
  let platform: Platform;
  let fixture: BoardFixture;
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', '--prometheus', 'real'], {
      TESSERA_GATEWAY_HOLD_MS: '5000',
    });
    prometheus = new AskedPrometheus(platform.connection.prometheusUrl ?? '');
    fixture = new BoardFixture(platform);
    await fixture.begin();
  });
  afterAll(async () => {
    await fixture?.end();
    await platform.remove();
  });

  /** With a scrape per second. The board of one workload shows the busiest. */
  const valuesOf = async (uid: string): Promise<Values> => {
    const board = boards.find((one) => one.uid === uid);
    const asked = uid === 'tessera-workload' ? { project: 'project-1', workload: 'chat' } : {};
    const choices = board === undefined ? {} : await chosen(board, prometheus, asked);
    return { __rate_interval: '30s', __range: '1h', ...choices };
  };

  it.each(queries)('%s has data', (_name, { uid, expr }) =>
    eventually(async () => {
      const query = filled(expr, await valuesOf(uid));
      expect(query).not.toMatch(/\$[a-z_]/);
      const found = await prometheus.now(query);
      expect(found).not.toEqual([]);
      const values = found.flatMap(({ points }) => points.map(([, value]) => value));
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
    }, LIMIT_MS),
  );

  it.each(
    boards.flatMap(({ title, uid, templating }) =>
      templating.list.flatMap(({ name, definition }) =>
        definition === undefined ? [] : [[`${title}: ${name}`, { uid, definition }] as const],
      ),
    ),
  )('%s has values to choose', async (_name, { uid, definition }) => {
    expect(await prometheus.valuesOf(filled(definition, await valuesOf(uid)))).not.toEqual([]);
  });

  it('shows what is there: a workload that fits nowhere, one that nobody asks, and a record set aside', async () => {
    const valueOf = async (uid: string, title: string): Promise<number | undefined> => {
      const panel = boards.find((one) => one.uid === uid)?.panels.find((one) => one.title === title);
      const [found] = await prometheus.now(filled(panel?.targets?.[0]?.expr ?? '', await valuesOf(uid)));
      return found?.points[0]?.[1];
    };
    expect(await valueOf('tessera-fleet', 'Replicas that wait')).toBe(1);
    expect(await valueOf('tessera-fleet', 'Nodes out of service')).toBe(0);
    expect(await valueOf('tessera-control-plane', 'Leaders')).toBe(1);
    expect(await valueOf('tessera-control-plane', 'Services up')).toBe(1);
    expect(await valueOf('tessera-kafka', 'Dead letters since the start')).toBe(1);
  });

  it('can be drawn without an error, every panel with its data', async () => {
    const browser = await chromium.launch({
      executablePath: service('chromium').reason,
      args: ['--no-sandbox'],
    });
    try {
      const folder = process.env['TESSERA_TEST_SCREENSHOTS'];
      if (folder !== undefined) mkdirSync(folder, { recursive: true });
      for (const board of boards) {
        const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
        const errors: string[] = [];
        page.on('pageerror', (error) => void errors.push(error.message));
        await page.setContent(await drawBoard(board, prometheus, await valuesOf(board.uid), { minutes: 5 }));
        const empty = await page.locator('.panel.empty h3').allTextContents();
        const path = `${folder}/${board.uid}.png`;
        if (folder !== undefined) await page.screenshot({ path, fullPage: true });
        expect({ board: board.uid, errors, empty }).toEqual({ board: board.uid, errors: [], empty: [] });
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
});
