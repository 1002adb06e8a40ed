import { Command } from 'commander';
import { contest, round, type Contest, type ContestResult } from './api-speed/rounds';
import { setFixture, type Fixture } from './api-speed/fixture';
import { atLeast, report, type Bar } from './placement-trace/report';
import {
  interruption,
  numberBetween,
  positiveInteger,
  positiveIntegers,
  someOf,
} from './command-line/options';

/** Part of the bare rate that ours has to reach, whatever is done and over however many connections. */
const BAR = 0.8;
/** Workloads that are read one by one, in turn. */
const READ_IN_TURN = 500;

interface Options {
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly workloads: number;
  readonly only: readonly Operation[];
}

const OPERATIONS = ['get', 'list', 'create'] as const;
type Operation = (typeof OPERATIONS)[number];

const seconds = numberBetween(0.2, 600, 'Seconds');

const options = new Command()
  .description(
    'Creates and reads per second of the API, against bare Fastify with the same SQL on the same Postgres.',
  )
  .option('--connections <counts>', 'numbers of connections, comma-separated', positiveIntegers, [1, 10, 100])
  .option('--rounds <count>', 'rounds of each of the two servers', positiveInteger, 5)
  .option('--seconds <number>', 'length of a round', seconds, 5)
  .option('--warm-up <number>', 'seconds of each operation before it counts, on each server', seconds, 5)
  .option('--workloads <count>', 'workloads that are there', positiveInteger, 10_000)
  .option('--only <operations>', OPERATIONS.join(', '), someOf('operations', OPERATIONS), OPERATIONS)
  .parse()
  .opts<Options>();

const interrupted = interruption();

async function main(): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const fixture = await setFixture(options.workloads, log);
  try {
    const results = await Promise.race([measure(fixture, log), interrupted]);
    report({ results }, bars(results));
  } finally {
    await fixture.stop();
  }
}

async function measure(fixture: Fixture, log: (line: string) => void): Promise<readonly ContestResult[]> {
  const results: ContestResult[] = [];
  for (const one of contests(fixture).filter(({ name }) => options.only.includes(name))) {
    const most = Math.max(...options.connections);
    for (const load of [one.ours, one.baseline]) await round(load, most, options.warmUp);
    for (const connections of options.connections) {
      const result = await contest(one, connections, options);
      log(JSON.stringify(result));
      results.push(result);
    }
  }
  return results;
}

function contests({ api, bare, token, request, ids }: Fixture): readonly (Contest & { name: Operation })[] {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const some = ids.slice(0, READ_IN_TURN);
  const creation = { method: 'POST', headers, body: request };
  return [
    {
      name: 'get',
      ours: {
        url: api,
        requests: some.map((id) => ({ path: `${new URL(api).pathname}/inferences/${id}`, headers })),
      },
      baseline: { url: bare, requests: some.map((id) => ({ path: `/inferences/${id}` })) },
    },
    {
      name: 'list',
      ours: { url: api, requests: [{ headers }] },
      baseline: { url: `${bare}/workloads`, requests: [{}] },
    },
    {
      name: 'create',
      ours: { url: `${api}/inferences`, requests: [creation] },
      baseline: { url: `${bare}/inferences`, requests: [creation] },
    },
  ];
}

/** One bar per operation, for the number of connections where ours does worst. */
function bars(results: readonly ContestResult[]): readonly Bar[] {
  return OPERATIONS.flatMap((operation) => {
    const [worst] = results.filter(({ name }) => name === operation).sort((a, b) => a.ratio - b.ratio);
    if (worst === undefined) return [];
    const { ratio, connections } = worst;
    return [
      atLeast(`${operation}: part of the bare rate, worst of all (${connections} connections)`, ratio, BAR),
    ];
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
