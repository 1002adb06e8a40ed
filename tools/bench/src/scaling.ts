import { basename } from 'node:path';
import { Command } from 'commander';
import { atLeast, atMost, report, type Bar } from './placement-trace/report';
import { seeded } from './placement-trace/random';
import { rounded } from './placement-trace/statistics';
import { readAzure } from './scaling-trace/azure';
import { COLD_STARTS, coldStartMs, type ColdStarts } from './scaling-trace/cold-start';
import { tickCost } from './scaling-trace/cost';
import { SCALERS, scalerOf, type ScalerName } from './scaling-trace/scalers';
import { readServegen } from './scaling-trace/servegen';
import { add, nothing, simulate, type Outcome } from './scaling-trace/simulate';
import type { WorkloadTrace } from './scaling-trace/trace';
import { positiveInteger } from './command-line/options';

interface Options {
  readonly trace: string;
  readonly pool?: string;
  readonly days: number;
  readonly slots: number;
  readonly targetPercent: number;
  readonly seeds: number;
}

type Outcomes = Record<ColdStarts, Record<ScalerName, Outcome>>;

const SETS = Object.keys(COLD_STARTS) as ColdStarts[];
const FIRST_SEED = 42;

const options = new Command()
  .description('Replicas that scalers use for a trace on a simulated clock, and what its requests wait.')
  .requiredOption(
    '--trace <csv>',
    'rows of requests (Azure LLM 2023) or of rates per client (ServeGen, .gz too)',
  )
  .option('--pool <name>', 'one pool of a trace of rates instead of all')
  .option('--days <count>', 'so many days of a trace of rates', positiveInteger, 14)
  .option(
    '--slots <count>',
    'requests that a replica serves at once, for a trace of requests',
    positiveInteger,
    8,
  )
  .option('--target-percent <percent>', 'share of a replica that the load rules aim at', positiveInteger, 70)
  .option(
    '--seeds <count>',
    'runs of a trace of requests, with cold starts seeded 42, 43, …',
    positiveInteger,
    10,
  )
  .parse()
  .opts<Options>();

const cost = tickCost();
const trace = basename(options.trace);

/** Many clients, each a workload of its own: their cold starts differ enough for one run. */
function reportRates(): void {
  const pools: Record<string, Outcomes> = {};
  const total = noOutcomes();
  const clients = readServegen(options.trace, options.days).filter(
    ({ pool }) => options.pool === undefined || pool === options.pool,
  );
  const ratedHours = clients.reduce((sum, client) => sum + client.ratedHours, 0);
  clients.forEach(({ pool, draw }, index) => {
    const drawn = draw();
    const sums = (pools[pool] ??= noOutcomes());
    forEachRun((set, name) => {
      const outcome = run(drawn, name, set, FIRST_SEED + index);
      add(sums[set][name], outcome);
      add(total[set][name], outcome);
    });
    if (index % 10 === 9) process.stderr.write(`${index + 1} of ${clients.length} clients\n`);
  });
  report(
    {
      trace,
      clients: clients.length,
      targetPercent: options.targetPercent,
      pools: Object.fromEntries(Object.entries(pools).map(([pool, sums]) => [pool, summary(sums)])),
      all: summary(total),
      ratedHours,
      cost,
    },
    [...rateBars(total, ratedHours), costBar()],
  );
}

function reportRequests(): void {
  const [workload] = readAzure(options.trace, options.slots);
  if (workload === undefined) return;
  const sums = noOutcomes();
  for (let seed = FIRST_SEED; seed < FIRST_SEED + options.seeds; seed += 1)
    forEachRun((set, name) => add(sums[set][name], run(workload, name, set, seed)));
  const { slots, targetPercent, seeds } = options;
  report({ trace, slots, targetPercent, seeds, ...summary(sums, seeds), cost }, [
    ...requestBars(sums),
    costBar(),
  ]);
}

/** The same cold starts for everybody. An oracle starts replicas ahead: for those who wait for them they take no time. */
function run(workload: WorkloadTrace, name: ScalerName, set: ColdStarts, seed: number): Outcome {
  const random = seeded(seed);
  const coldStart = name === 'oracle' ? () => 0 : () => coldStartMs(set, random());
  return simulate(workload, scalerOf(name, workload, options.targetPercent), coldStart);
}

function forEachRun(go: (set: ColdStarts, name: ScalerName) => void): void {
  for (const set of SETS) for (const name of SCALERS) go(set, name);
}

function noOutcomes(): Outcomes {
  const bySet = () =>
    Object.fromEntries(SCALERS.map((name) => [name, nothing()])) as Record<ScalerName, Outcome>;
  return { slow: bySet(), fast: bySet() };
}

function summary(sums: Outcomes, runs = 1): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    SETS.map((set) => [
      set,
      Object.fromEntries(SCALERS.map((name) => [name, summaryOf(sums[set][name], sums[set], runs)])),
    ]),
  );
}

const percent = (part: number, whole: number): number => rounded((100 * part) / whole, 2);
const shareOfPeak = (one: Outcome, peak: Outcome): number => rounded(one.replicaHours / peak.replicaHours, 3);

const summaryOf = (one: Outcome, others: Record<ScalerName, Outcome>, runs: number) => ({
  replicaHours: rounded(one.replicaHours / runs, 2),
  ofStaticPeak: shareOfPeak(one, others.static),
  ofOracle: rounded(one.replicaHours / others.oracle.replicaHours, 2),
  sloPct: percent(one.inTime, one.requests),
  strictSloPct: percent(one.inStrictTime, one.requests),
  coldRequestPct: rounded((100 * one.cold) / one.requests, 3),
  coldStarts: rounded(one.coldStarts / runs, 1),
  starts: rounded(one.starts / runs, 1),
  turnsPerHour: rounded(one.turns / one.hours, 2),
});

/** The static peak by ten seconds, and the smaller one of the busiest ten minutes on average. */
const rateBars = (sums: Outcomes, ratedHours: number): readonly Bar[] =>
  SETS.flatMap((set) => {
    const { adaptive, static: peak } = sums[set];
    return [
      atMost(`${set}: replica-hours of static peak`, shareOfPeak(adaptive, peak), 0.3),
      atMost(
        `${set}: replica-hours of the busiest ten minutes`,
        rounded(adaptive.replicaHours / ratedHours, 3),
        0.3,
      ),
      atLeast(`${set}: % of first tokens within 5 s`, percent(adaptive.inTime, adaptive.requests), 99),
    ];
  });

const requestBars = (sums: Outcomes): readonly Bar[] =>
  SETS.flatMap((set) => {
    const { adaptive, kpa } = sums[set];
    const fewer = (name: string, of: (one: Outcome) => number): Bar => {
      const [got, limit] = [adaptive, kpa].map((one) => rounded(of(one) / options.seeds, 3)) as [
        number,
        number,
      ];
      return { name: `${set}: ${name}, fewer than plain KPA`, want: `< ${limit}`, got, ok: got < limit };
    };
    return [
      fewer('cold starts', ({ coldStarts }) => coldStarts),
      fewer('replica-hours', ({ replicaHours }) => replicaHours),
    ];
  });

/** A twentieth of a core at a tick of two seconds. */
function costBar(): Bar {
  return atMost('ms per tick of 10,000 workloads', cost.msPerTick, 100);
}

if (trace.includes('servegen')) reportRates();
else reportRequests();
