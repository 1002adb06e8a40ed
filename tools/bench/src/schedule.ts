import { Command } from 'commander';
import { atLeast, atMost, report, type Bar } from './placement-trace/report';
import { startCluster, type ClusterKind } from './schedule-speed/cluster';
import { defaultScheduler } from './schedule-speed/rival';
import {
  burst,
  closeFixture,
  idle,
  offered,
  openFixture,
  quiet,
  restart,
  type Fixture,
} from './schedule-speed/runs';
import { interruption, positiveInteger, someOf } from './command-line/options';

const CLUSTERS: readonly ClusterKind[] = ['simulator', 'kube-apiserver'];
const LOADS = [20, 100, 300] as const;
const IDLE_SECONDS = 10;
/** Memory is measured after so many seconds without work: what a burst leaves behind is given back after ten. */
const STEADY_SECONDS = 30;
/** Workloads before those that count: connections, caches, the just-in-time compiler. */
const WARM_UP = 1_000;

const options = new Command()
  .description(
    'Pods from command to node, on the simulated and the real API server, beside the default scheduler.',
  )
  .option('--nodes <count>', 'nodes of eight GPUs', positiveInteger, 1_000)
  .option('--workloads <count>', 'workloads offered at once', positiveInteger, 5_000)
  .option('--seconds <count>', 'seconds of each load', positiveInteger, 10)
  .option(
    '--on <clusters>',
    'simulator,kube-apiserver; both, or the simulator for restart and memory',
    someOf('clusters', CLUSTERS),
  )
  .option('--restart <pods>', 'restart among so many running pods instead', positiveInteger)
  .option('--memory <sizes>', 'memory with nodes x pods instead, such as 5000x20000', sizes)
  .parse()
  .opts<{
    readonly nodes: number;
    readonly workloads: number;
    readonly seconds: number;
    readonly on?: readonly ClusterKind[];
    readonly restart?: number;
    readonly memory?: { readonly nodes: number; readonly pods: number };
  }>();

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const interrupted = interruption();

async function onCluster<T>(
  kind: ClusterKind,
  nodes: number,
  run: (fixture: Fixture) => Promise<T>,
): Promise<T> {
  const cluster = await startCluster(kind, nodes, log);
  try {
    const fixture = await openFixture(cluster);
    try {
      return await Promise.race([run(fixture), interrupted]);
    } finally {
      await closeFixture(fixture);
    }
  } finally {
    await cluster.stop();
  }
}

interface Outcome {
  readonly results: readonly object[];
  readonly bars: readonly Bar[];
}

async function speed(kind: ClusterKind): Promise<Outcome> {
  const { nodes, workloads, seconds } = options;
  const outcome = await onCluster(kind, nodes, async (fixture) => {
    log(`${kind}: warming up`);
    await burst(fixture, WARM_UP);
    const results = [];
    for (const load of LOADS) {
      await quiet(fixture);
      results.push(printed(await offered(fixture, load, seconds)));
    }
    await quiet(fixture);
    const all = printed(await burst(fixture, workloads));
    await quiet(fixture);
    const steady = printed(await idle(fixture, IDLE_SECONDS));
    const again = printed(await restart(fixture));
    const p99 = results.find(({ offeredPerSecond }) => offeredPerSecond === 100)?.p99Ms ?? Infinity;
    return {
      podsPerSecond: all.podsPerSecond,
      results: [...results, all, steady, again],
      bars: [
        ...(kind === 'simulator'
          ? [atLeast('simulator: fractional pods bound per second', all.podsPerSecond, 300)]
          : []),
        atMost(`${kind}: create to bound, p99 at 100/s, ms`, p99, 300),
      ],
    };
  });
  if (kind === 'simulator') return outcome;
  const rival = printed(await defaultScheduler(nodes, workloads, log));
  const name = 'kube-apiserver: fractional pods per second over those of the default scheduler';
  const ratio = Math.round((outcome.podsPerSecond / rival.podsPerSecond) * 100) / 100;
  return { results: [...outcome.results, rival], bars: [...outcome.bars, atLeast(name, ratio, 1)] };
}

function restarting(kind: ClusterKind, pods: number): Promise<Outcome> {
  return onCluster(kind, Math.max(options.nodes, Math.ceil(pods / 15)), async (fixture) => {
    const filled = printed(await burst(fixture, pods));
    await quiet(fixture, { all: false });
    const again = printed(await restart(fixture));
    return {
      results: [filled, again],
      bars: [atMost(`${kind}: restart among ${pods} pods, ms`, again.ms, 10_000)],
    };
  });
}

function memoryOf(
  kind: ClusterKind,
  { nodes, pods }: { readonly nodes: number; readonly pods: number },
): Promise<Outcome> {
  return onCluster(kind, nodes, async (fixture) => {
    const filled = printed(await burst(fixture, pods));
    await quiet(fixture, { all: false });
    const steady = printed(await idle(fixture, STEADY_SECONDS));
    const name = `${kind}: resident memory with ${nodes} nodes and ${pods} pods, MiB`;
    return { results: [filled, steady], bars: [atMost(name, steady.schedulerMiB, 300)] };
  });
}

function printed<T extends object>(result: T): T {
  log(JSON.stringify(result));
  return result;
}

async function main(): Promise<void> {
  const outcomes: Outcome[] = [];
  const { restart: pods, memory } = options;
  const all = pods === undefined && memory === undefined;
  for (const kind of options.on ?? (all ? CLUSTERS : CLUSTERS.slice(0, 1)))
    if (pods !== undefined) outcomes.push(await restarting(kind, pods));
    else if (memory !== undefined) outcomes.push(await memoryOf(kind, memory));
    else outcomes.push(await speed(kind));
  report(
    { results: outcomes.flatMap(({ results }) => results) },
    outcomes.flatMap(({ bars }) => bars),
  );
}

function sizes(text: string): { readonly nodes: number; readonly pods: number } {
  const [nodes = '', pods = ''] = text.split('x');
  return { nodes: positiveInteger(nodes), pods: positiveInteger(pods) };
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
