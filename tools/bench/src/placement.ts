import { Command } from 'commander';
import { churn } from './placement-scale/churn';
import { atLeast, atMost, report, type Bar } from './placement-trace/report';
import { residentMiB, rounded, speedOf } from './placement-trace/statistics';
import { positiveIntegers } from './command-line/options';

/** The size that the bars on speed are set for: the openb cluster. */
const REFERENCE_NODES = 1213;

const options = new Command()
  .description('Decisions per second of the placement library on one thread, clusters 90 % full.')
  .option(
    '--nodes <positiveIntegers>',
    'numbers of nodes, comma-separated',
    positiveIntegers,
    [100, 1213, 5000, 20_000],
  )
  .option('--decisions <count>', 'decisions measured per size', Number, 30_000)
  .option('--seed <number>', 'seed of the generated load', Number, 42)
  .parse()
  .opts<{ readonly nodes: readonly number[]; readonly decisions: number; readonly seed: number }>();

const results = options.nodes.map((nodes) => ({
  nodes,
  ...speedOf(churn(nodes, options.decisions, options.seed)),
  rssMiB: residentMiB(),
}));
report({ results }, bars());

function bars(): readonly Bar[] {
  const made: Bar[] = [];
  for (const result of results.filter(({ nodes }) => nodes === REFERENCE_NODES))
    made.push(
      atLeast(`decisions per second at ${result.nodes} nodes`, result.decisionsPerSecond, 30_000),
      atMost(`p99 of a decision at ${result.nodes} nodes, µs`, result.p99Us, 1000),
    );
  const ascending = [...results].sort((a, b) => a.nodes - b.nodes);
  for (const [index, larger] of ascending.entries()) {
    const smaller = ascending[index - 1];
    if (smaller === undefined || smaller.nodes === larger.nodes) continue;
    const cost = rounded(smaller.decisionsPerSecond / Math.max(1, larger.decisionsPerSecond), 2);
    const limit = rounded(larger.nodes / smaller.nodes, 2);
    made.push(atMost(`cost of a decision, ${larger.nodes} over ${smaller.nodes} nodes`, cost, limit));
  }
  return made;
}
