import { basename } from 'node:path';
import { Command } from 'commander';
import { POLICIES, type PolicyName } from '@tessera/domain-placement';
import { inflate, type InflationRun } from './placement-trace/inflation';
import { mixOf, readNodes, readPods } from './placement-trace/openb';
import { PUBLISHED } from './placement-trace/published';
import { everyKth, replay } from './placement-trace/replay';
import { atLeast, atMost, report, type Bar } from './placement-trace/report';
import { deviation, mean, residentMiB, rounded, speedOf } from './placement-trace/statistics';
import { oneOf, positiveInteger } from './command-line/options';

/** How far a policy to compare with may be from its published mean; how much worse than FGD ours may be. */
const PROTOCOL_TOLERANCE = 0.3;
const FGD_TOLERANCE = 0.1;
const DEFAULT_TRACE_LIMIT = 4.65;
const FIRST_SEED = 42;

interface Options {
  readonly nodes: string;
  readonly pods: string;
  readonly policy: PolicyName;
  readonly seeds: number;
  readonly replay: boolean;
  readonly replayNodes?: number;
}

const options = new Command()
  .description('GPUs left unallocated when a trace fills a cluster (Weng et al., USENIX ATC 2023, §6).')
  .requiredOption('--nodes <csv>', 'node list of the trace')
  .requiredOption('--pods <csv>', 'pod list of the trace')
  .option('--policy <name>', POLICIES.join(', '), oneOf('policies', POLICIES), 'fgd' as PolicyName)
  .option('--seeds <count>', 'runs, seeded 42, 43, …', positiveInteger, 10)
  .option('--replay', 'play the trace by its creation and deletion times instead', false)
  .option(
    '--replay-nodes <count>',
    'replay on so many of the nodes, every k-th by model and size',
    positiveInteger,
  )
  .parse()
  .opts<Options>();

const trace = basename(options.pods)
  .replace(/\.csv$/, '')
  .replace(/^openb_pod_list_/, '');
const nodes = readNodes(options.nodes);
const pods = readPods(options.pods);
const mix = mixOf(pods);
const run = (policy: PolicyName): InflationRun[] =>
  Array.from({ length: options.seeds }, (_, index) =>
    inflate({ nodes, pods, mix, policy, seed: FIRST_SEED + index }),
  );

if (options.replay) reportReplay();
else reportInflation();

/** At full size the cluster is nearly empty most of the time: a part of it shows what a policy is worth. */
function reportReplay(): void {
  const some = everyKth(nodes, options.replayNodes ?? nodes.length);
  const result = replay(some, pods, mix, options.policy);
  report({ trace, policy: options.policy, nodes: some.length, ...result }, []);
}

function reportInflation(): void {
  const runs = run(options.policy);
  const unallocated = runs.map((one) => one.unallocatedPct.get(100) ?? 100);
  const speed = speedOf(Float64Array.from(runs.flatMap(({ nanos }) => [...nanos])));
  const got = rounded(mean(unallocated), 3);
  const result = {
    trace,
    policy: options.policy,
    unallocatedPct: { mean: got, sd: rounded(deviation(unallocated), 3) },
    fragPct: rounded(mean(runs.map((one) => one.fragPct.get(100) ?? 0)), 3),
    ...speed,
    rssMiB: residentMiB(),
  };
  report(result, [...qualityBars(got), ...speedBars(speed)]);
}

function qualityBars(got: number): readonly Bar[] {
  const published = PUBLISHED[trace];
  if (options.policy === 'fgd') return ownBars(got, published?.['fgd-published']);
  const mine = published?.[options.policy];
  if (mine === undefined) return [];
  const distance = rounded(Math.abs(got - mine), 3);
  return [atMost(`distance to the published mean ${mine}`, distance, PROTOCOL_TOLERANCE)];
}

/** A trace that is not in the table is compared with the published rule, run on it with the same seeds. */
function ownBars(got: number, published: number | undefined): readonly Bar[] {
  const reference = published ?? mean(run('fgd-published').map((one) => one.unallocatedPct.get(100) ?? 100));
  const origin = published === undefined ? 'fgd-published, run here' : 'published FGD mean';
  const bars = [
    atMost(`unallocated % (${origin} + ${FGD_TOLERANCE})`, got, rounded(reference + FGD_TOLERANCE, 3)),
  ];
  return trace === 'default' ? [...bars, atMost('unallocated % on default', got, DEFAULT_TRACE_LIMIT)] : bars;
}

/** The bars on speed are set for our own policy on the trace that stands for all. */
function speedBars(speed: ReturnType<typeof speedOf>): readonly Bar[] {
  if (options.policy !== 'fgd' || trace !== 'default') return [];
  return [
    atLeast('decisions per second', speed.decisionsPerSecond, 30_000),
    atMost('p99 of a decision, µs', speed.p99Us, 1000),
  ];
}
