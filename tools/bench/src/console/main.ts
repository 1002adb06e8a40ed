import { Command } from 'commander';
import { ConsoleBrowser, shownAfter } from './browser';
import { setFixture, type Fixture } from './fixture';
import { listSpeed, type ListSpeed } from './list-speed';
import { live, type Live } from './live';
import { mapSpeed, type MapSpeed } from './map-speed';
import { atMost, report, type Bar } from '../placement-trace/report';
import { interruption, numberBetween, positiveInteger, someOf } from '../command-line/options';

/** What is wanted, ms but for the last one. */
const BARS = {
  firstPage: 1_000,
  list: 200,
  mapDrawn: 2_000,
  panning: 8,
  panningTask: 50,
  liveTask: 100,
  heapPercent: 10,
} as const;
const PARTS = ['list', 'map', 'live'] as const;
type Part = (typeof PARTS)[number];
const ROUNDS = 5;
/** A page of the list is there when it has a row. */
const ROW = '.table tbody tr';

interface Options {
  readonly minutes: number;
  readonly workloads: number;
  readonly nodes: number;
  readonly only: readonly Part[];
}

const options = new Command()
  .description('The console with many workloads and nodes, in Chromium, on the built API with its Postgres.')
  .option(
    '--minutes <number>',
    'time under events; the heap is compared after a sixth of it',
    numberBetween(0.1, 600, 'Minutes'),
    30,
  )
  .option('--workloads <count>', 'workloads', positiveInteger, 20_000)
  .option('--nodes <count>', 'nodes with eight GPUs each', positiveInteger, 1_000)
  .option('--only <parts>', PARTS.join(', '), someOf('parts', PARTS), PARTS)
  .parse()
  .opts<Options>();

const interrupted = interruption();

async function main(): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const { browser, fixture } = await ConsoleBrowser.open(() => setFixture(options, log));
  try {
    const { bars, ...results } = await Promise.race([measure(browser, fixture, log), interrupted]);
    report({ workloads: options.workloads, nodes: options.nodes, ...results }, bars);
  } finally {
    await browser.close();
    await fixture.stop();
  }
}

async function measure(browser: ConsoleBrowser, fixture: Fixture, log: (line: string) => void) {
  const bars: Bar[] = [];
  const add = (result: object, ...more: readonly Bar[]): void => {
    log(JSON.stringify(result));
    bars.push(...more);
  };
  const has = (part: Part): boolean => options.only.includes(part);
  let list: { readonly firstPageMs: readonly number[]; readonly api: readonly ListSpeed[] } | undefined;
  let map: MapSpeed | undefined;
  let under: Live | undefined;
  if (has('list')) {
    list = { firstPageMs: await firstPage(browser, fixture), api: await listSpeed(fixture) };
    add(list, ...barsOfList(list));
  }
  if (has('map')) {
    map = await mapSpeed(browser, fixture, ROUNDS);
    add(map, ...barsOfMap(map));
  }
  if (has('live')) {
    under = await live(browser, fixture, options.minutes, log);
    add(under, ...barsOfLive(under));
  }
  return { list, map, live: under, bars };
}

/** From the beginning of the navigation to the drawn rows, with what a browser has cached after the first time. */
async function firstPage(browser: ConsoleBrowser, { api }: Fixture): Promise<readonly number[]> {
  const page = await browser.page();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    times.push(Math.round(await shownAfter(page, `${api}/workloads`, ROW)));
  await page.context().close();
  return times;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function barsOfList({
  firstPageMs,
  api,
}: {
  readonly firstPageMs: readonly number[];
  readonly api: readonly ListSpeed[];
}): readonly Bar[] {
  const slowest = [...api].sort((a, b) => b.p95Ms - a.p95Ms)[0];
  return [
    atMost('first page of workloads, ms', median(firstPageMs), BARS.firstPage),
    atMost(
      `sort and filter at the API, p95 of the slowest (${slowest?.question}), ms`,
      slowest?.p95Ms ?? 0,
      BARS.list,
    ),
  ];
}

/**
 * The work of a frame is its time on a processor: without a graphics card Chromium draws on the processors that the page
 * needs, and takes more of them than the page. The time by the clock is in the results.
 */
const barsOfMap = ({ drawnMs, panning }: MapSpeed): readonly Bar[] => [
  atMost('map drawn, ms', median(drawnMs), BARS.mapDrawn),
  ...panning.flatMap(({ at, processorP95Ms, longestTaskMs }) => [
    atMost(`panning (${at}): work of a frame on a processor, p95, ms`, processorP95Ms, BARS.panning),
    atMost(`panning (${at}): longest task, ms`, longestTaskMs, BARS.panningTask),
  ]),
];

const barsOfLive = ({ pages }: Live): readonly Bar[] =>
  pages.flatMap(({ page, longestTaskMs, growthPercent }) => [
    atMost(`100 events/s, ${page}: longest task, ms`, longestTaskMs, BARS.liveTask),
    atMost(`100 events/s, ${page}: growth of the heap, percent`, growthPercent, BARS.heapPercent),
  ]);

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
