import { Command } from 'commander';
import { migrate, openDatabase, seedLocalOrganisation } from '@tessera/adapter-postgres';
import { temporaryPostgres } from '@tessera/dev-services/postgres';
import { PAIRS, type Pair } from './repositories/pairs';
import { rounded } from './placement-trace/statistics';

const options = new Command()
  .description(
    'Hot paths as our SQL and as TypeORM repositories, on an embedded Postgres: microseconds of each, and their ratio.',
  )
  .option('--rounds <count>', 'rounds of each path; the median counts', Number, 7)
  .option('--calls <count>', 'calls of a round', Number, 50)
  .option('--only <path>', 'one path alone')
  .parse()
  .opts<{ readonly rounds: number; readonly calls: number; readonly only?: string }>();

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

/** Microseconds of one call, over the calls of a round that follow each other. */
async function microseconds(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let at = 0; at < options.calls; at += 1) await call();
  return ((performance.now() - began) / options.calls) * 1_000;
}

/** The two take turns, so that what else the machine does meets both. The first round warms up. */
async function compared({ sql, repository }: Pair) {
  const rounds: { readonly sql: number; readonly repository: number }[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    const one = { sql: await microseconds(sql), repository: await microseconds(repository) };
    if (round > 0) rounds.push(one);
  }
  const ratios = rounds.map((one) => one.repository / one.sql);
  return {
    sqlUs: Math.round(median(rounds.map((one) => one.sql))),
    repositoryUs: Math.round(median(rounds.map((one) => one.repository))),
    ratio: rounded(median(ratios), 2),
    spread: [rounded(Math.min(...ratios), 2), rounded(Math.max(...ratios), 2)],
  };
}

async function main(): Promise<void> {
  const server = await temporaryPostgres();
  try {
    await migrate(server.url);
    const dataSource = await openDatabase({
      url: server.url,
      pool: 4,
      applicationName: 'repositories-bench',
    });
    await seedLocalOrganisation(dataSource);
    const paths: Record<string, unknown> = {};
    for (const [name, prepare] of Object.entries(PAIRS)) {
      if (options.only !== undefined && options.only !== name) continue;
      paths[name] = await compared(await prepare(dataSource, server.url));
      process.stderr.write(`${name}: ${JSON.stringify(paths[name])}\n`);
    }
    await dataSource.destroy();
    process.stdout.write(`${JSON.stringify({ benchmark: 'repositories', ...options, paths })}\n`);
  } finally {
    await server.stop();
  }
}

void main();
