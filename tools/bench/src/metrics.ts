import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { testPrometheus } from '@tessera/testing-services';
import { bundle } from '@tessera/tool-build';
import { askPrometheus, queriesAnswered } from './metrics-speed/direct';
import { pastOf, RANGE_MS } from './metrics-speed/past';
import { startMetricsService, type MetricsService, type Question } from './metrics-speed/service';
import { atMost, report, type Bar } from './placement-trace/report';
import { rounded } from './placement-trace/statistics';

const { values: given } = parseArgs({
  options: {
    /** Numbers of workloads, with commas; sharing is measured at the first. */
    workloads: { type: 'string', default: '1000,100,10000' },
    /** Questions asked of both for each figure, after five to warm up. */
    rounds: { type: 'string', default: '20' },
  },
});
const WORKLOADS = given.workloads.split(',').map(Number);
const SAMPLES = [1, 20, 1_000];
const TYPES = ['THROUGHPUT', 'GPU_UTILIZATION'];
const WARM_UP = 5;
const ROUNDS = Number(given.rounds) + WARM_UP;
/** The end of what is asked lies so far back that ranges are asked for as they are. */
const AGO_MS = 120_000;

const PEOPLE = 50;
const PANELS = 20;
const REFRESHES = 3;
const SHARED_MS = 5_000;

const log = (line: string): void => void process.stderr.write(`${line}\n`);
const run = promisify(execFile);

/** Median times of the same question, asked of both in turns, ms. */
async function compared(service: MetricsService, prometheus: string, question: Omit<Question, 'workload'>) {
  const took = { service: [] as number[], direct: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = { ...question, workload: round };
    const direct = await timed(() => askPrometheus(prometheus, asked));
    const served = await timed(() => service.ask(asked));
    if (round < WARM_UP) continue;
    took.direct.push(direct);
    took.service.push(served);
  }
  return { serviceMs: median(took.service), directMs: median(took.direct) };
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
        const before = await queriesAnswered(prometheus.url);
        const took = await compared(service, prometheus.url, { type, start: end - RANGE_MS, end, samples });
        const queries = (await queriesAnswered(prometheus.url)) - before;
        rows.push({ workloads, type, samples, ...took, queriesPerRequest: queries / ROUNDS - 1 });
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
        `ms over the same PromQL: ${type}, ${samples} samples, ${workloads} workloads`,
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

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const median = (values: readonly number[]): number =>
  rounded([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity, 2);

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
