import { Command, InvalidArgumentError } from 'commander';
import { contest, round, type Contest, type ContestResult } from './api-speed/rounds';
import { setFixture, type Fixture } from './api-speed/fixture';
import { atLeast, report, type Bar } from './placement-trace/report';

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

const options = new Command()
  .description(
    'Creates and reads per second of the API, against bare Fastify with the same SQL on the same Postgres.',
  )
  .option('--connections <counts>', 'numbers of connections, comma-separated', counts, [1, 10, 100])
  .option('--rounds <count>', 'rounds of each of the two servers', count, 5)
  .option('--seconds <number>', 'length of a round', seconds, 5)
  .option('--warm-up <number>', 'seconds of each operation before it counts, on each server', seconds, 5)
  .option('--workloads <count>', 'workloads that are there', count, 10_000)
  .option('--only <operations>', OPERATIONS.join(', '), operations, OPERATIONS)
  .parse()
  .opts<Options>();

/** Rejects on Ctrl-C and its like: what was started runs in process groups of its own and would outlive us. */
const interrupted = new Promise<never>((_resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
});
interrupted.catch(() => undefined);

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

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A positive integer is needed.');
  return value;
}

function counts(text: string): readonly number[] {
  return text.split(',').map(count);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0.2 || value > 600)
    throw new InvalidArgumentError('Seconds from 0.2 to 600 are needed.');
  return value;
}

function operations(text: string): readonly Operation[] {
  return text.split(',').map((name) => {
    const found = OPERATIONS.find((operation) => operation === name);
    if (found === undefined) throw new InvalidArgumentError(`Known operations: ${OPERATIONS.join(', ')}.`);
    return found;
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
