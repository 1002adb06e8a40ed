import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { testPrometheus } from '@tessera/testing-services';
import { bundle } from '@tessera/tool-build';
import { positiveInteger, positiveIntegers } from './command-line/options';
import { askPrometheus, directPoints, queriesAnswered, queriesOf, TYPES } from './metrics-speed/direct';
import { pastOf, RANGE_MS } from './metrics-speed/past';
import {
  servedPoints,
  startMetricsService,
  type MetricsService,
  type Point,
  type Question,
} from './metrics-speed/service';
import { atMost, report, type Bar } from './placement-trace/report';
import { rounded } from './placement-trace/statistics';

interface Options {
  readonly workloads: readonly number[];
  readonly rounds: number;
}

const given = new Command()
  .description('Time of questions to the metrics service, against the same asked of Prometheus directly.')
  .option(
    '--workloads <counts>',
    'numbers of workloads, comma-separated; sharing is measured at the first',
    positiveIntegers,
    [1_000, 100, 10_000],
  )
  .option(
    '--rounds <count>',
    'questions to both for each figure, after twenty to warm up',
    positiveInteger,
    20,
  )
  .parse()
  .opts<Options>();
const WORKLOADS = given.workloads;
const SAMPLES = [1, 20, 1_000];
/** The service's code is compiled by then; Prometheus' was before it started. */
const WARM_UP = 20;
const ROUNDS = given.rounds + WARM_UP;
/** A figure takes no more rounds than these once it has taken so long. */
const LEAST_ROUNDS = 5;
const MOST_MS = 15_000;
/** The end of what is asked lies so far back that ranges are asked for as they are. */
const AGO_MS = 120_000;

const PEOPLE = 50;
const PANELS = 20;
const REFRESHES = 3;
const SHARED_MS = 5_000;

const log = (line: string): void => void process.stderr.write(`${line}\n`);
const run = promisify(execFile);

/**
 * Median times of one question, ms, asked in turns of the service and of Prometheus as a person would ask it, and the
 * queries that a request to the service takes. Rejects where values differ.
 */
async function compared(service: MetricsService, prometheus: string, question: Omit<Question, 'workload'>) {
  const took = { service: [] as number[], direct: [] as number[] };
  const before = await queriesAnswered(prometheus);
  const rounds = await inRounds(async (round) => {
    const asked = { ...question, workload: round };
    const direct = await timed(() => askPrometheus(prometheus, queriesOf(asked).plain, asked));
    const served = await timed(() => service.ask(asked));
    assertEqual(servedPoints(served.result), directPoints(direct.result), asked);
    if (round < WARM_UP) return;
    took.direct.push(direct.ms);
    took.service.push(served.ms);
  });
  // The other query of a round is asked directly.
  const queriesPerRequest = ((await queriesAnswered(prometheus)) - before) / rounds - 1;
  return { serviceMs: median(took.service), directMs: median(took.direct), queriesPerRequest };
}

/**
 * Median time of the whole plan of the service for the question, ms. By itself: it makes so much garbage that
 * Prometheus answers the next queries more slowly.
 */
async function wholePlan(prometheus: string, question: Omit<Question, 'workload'>): Promise<number> {
  const took: number[] = [];
  await inRounds(async (round) => {
    const asked = { ...question, workload: round };
    const whole = await timed(() => askPrometheus(prometheus, queriesOf(asked).whole, asked));
    if (round >= LEAST_ROUNDS) took.push(whole.ms);
  });
  return median(took);
}

/** Asks as often as there are rounds, or until it takes too long; resolves with the number of rounds. */
async function inRounds(ask: (round: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  let round = 0;
  for (; round < ROUNDS; round += 1) {
    if (round >= WARM_UP + LEAST_ROUNDS && performance.now() - began > MOST_MS) break;
    await ask(round);
  }
  return round;
}

/** A measurement that is fast and another than Prometheus has is worth nothing. */
function assertEqual(served: readonly Point[], direct: readonly Point[], asked: Question): void {
  const differs = direct.some(([at, value], index) => {
    const [servedAt = NaN, servedValue = NaN] = served[index] ?? [];
    return servedAt !== at || !(Math.abs(servedValue - value) <= 1e-6 * Math.max(1, Math.abs(value)));
  });
  if (direct.length === 0 || served.length !== direct.length || differs)
    throw new Error(
      `${JSON.stringify(asked)}: ${JSON.stringify(served.slice(0, 3))} instead of ${JSON.stringify(direct.slice(0, 3))}`,
    );
}

/** Each person refreshes all panels once in each step of time, somewhere within its first half. */
async function refreshed(service: MetricsService, people: number): Promise<void> {
  for (let refresh = 0; refresh < REFRESHES; refresh += 1) {
    await pause(SHARED_MS - (Date.now() % SHARED_MS) + 50);
    await Promise.all(
      Array.from({ length: people }, async (_, person) => {
        await pause((person * SHARED_MS) / people / 2);
        const end = Date.now();
        await Promise.all(
          Array.from({ length: PANELS }, (_panel, panel) =>
            service.ask({
              type: TYPES[panel % 2] ?? '',
              workload: panel,
              start: end - RANGE_MS,
              end,
              samples: 20,
            }),
          ),
        );
      }),
    );
  }
}

async function ofSize(home: string, workloads: number) {
  const end = Math.floor((Date.now() - AGO_MS) / 1_000) * 1_000;
  log(`${workloads} workloads: filling Prometheus`);
  const prometheus = await testPrometheus({ past: pastOf(workloads, end) });
  const services: MetricsService[] = [];
  try {
    const service = await startMetricsService(home, prometheus.url, 0);
    services.push(service);
    const rows = [];
    for (const type of TYPES)
      for (const samples of SAMPLES) {
        const asked = { type, start: end - RANGE_MS, end, samples };
        const figures = await compared(service, prometheus.url, asked);
        const wholePlanMs = await wholePlan(prometheus.url, asked);
        rows.push({ workloads, type, samples, ...figures, wholePlanMs });
        log(JSON.stringify(rows.at(-1)));
      }
    if (workloads !== WORKLOADS[0]) return { rows };
    const shared = await startMetricsService(home, prometheus.url, SHARED_MS);
    services.push(shared);
    const cost = async (people: number): Promise<number> => {
      const before = await queriesAnswered(prometheus.url);
      await refreshed(shared, people);
      return (await queriesAnswered(prometheus.url)) - before;
    };
    const sharing = { one: await cost(1), all: await cost(PEOPLE) };
    log(JSON.stringify(sharing));
    return { rows, sharing };
  } finally {
    for (const service of services) await service.stop();
    await prometheus.remove();
  }
}

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-bench-metrics-'));
  chmodSync(home, 0o711);
  try {
    await bundle('apps/metrics');
    const { stdout } = await run(process.execPath, [
      ...['--expose-gc', '--import', 'tsx'],
      join(__dirname, 'metrics-speed/scraper-memory.ts'),
    ]);
    const memory = JSON.parse(stdout) as { mib: number };
    log(stdout.trim());
    const sizes = [];
    for (const workloads of WORKLOADS) sizes.push(await ofSize(home, workloads));
    const rows = sizes.flatMap((size) => size.rows);
    const sharing = sizes.flatMap((size) => size.sharing ?? [])[0] ?? { one: NaN, all: Infinity };
    const bars: Bar[] = rows.map(({ workloads, type, samples, serviceMs, directMs }) =>
      atMost(
        `ms over the plain query: ${type}, ${samples} samples, ${workloads} workloads`,
        rounded(serviceMs - directMs, 2),
        rounded(Math.max(5, 0.15 * directMs), 2),
      ),
    );
    report({ rows, sharing, memory }, [
      ...bars,
      atMost('queries for a metric type', Math.max(...rows.map((row) => row.queriesPerRequest)), 1),
      atMost(`queries of ${PEOPLE} people with ${PANELS} panels`, sharing.all, sharing.one),
      atMost('MiB of 10,000 series for an hour', memory.mib, 200),
    ]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const median = (values: readonly number[]): number =>
  rounded([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity, 2);

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
