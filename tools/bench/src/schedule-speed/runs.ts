import { LABELS } from '@tessera/contracts-kubernetes';
import { quantile, rounded } from '../placement-trace/statistics';
import { cpuMs, residentMiB, treeCpuMs } from '../process-cost';
import { BoundPods } from './bound';
import type { Cluster } from './cluster';
import { Commands, startScheduler, type Running } from './scheduler';

const LIMIT_MS = 600_000;
/** One pod of a cluster without any other needs seconds; more shows a mistake, ms. */
const FIRST_LIMIT_MS = 60_000;
/** Offered creates go out this often, ms. */
const TICK_MS = 50;
/** A process is idle below this share of a core over this time, ms. */
const QUIET_SHARE = 0.1;
const QUIET_MS = 2_000;
/** Containers that have not started when none has for so long do not, ms; one takes ten seconds. */
const STILL_MS = 30_000;

/** A cluster with our scheduler and a watch on its pods. */
export interface Fixture {
  readonly cluster: Cluster;
  readonly commands: Commands;
  readonly bound: BoundPods;
  scheduler: Running;
}

export async function openFixture(cluster: Cluster): Promise<Fixture> {
  const commands = await Commands.open(cluster);
  const scheduler = await startScheduler(cluster);
  const bound = await BoundPods.watch(
    cluster.kubeconfig,
    ({ metadata }) => metadata.labels?.[LABELS.workloadId],
  );
  const fixture = { cluster, commands, bound, scheduler };
  // The first makes the namespace and wakes everything that sleeps until there is work.
  await bound.all(await commands.publish(1), FIRST_LIMIT_MS);
  return fixture;
}

export async function closeFixture({ commands, bound, scheduler }: Fixture): Promise<void> {
  await bound.stop();
  await scheduler.stop();
  await commands.close();
}

interface Burst {
  readonly name: string;
  readonly workloads: number;
  readonly podsPerSecond: number;
  readonly cpuMsPerPod: Spent;
  readonly schedulerMiB: number;
}

interface Offered {
  readonly name: string;
  readonly offeredPerSecond: number;
  readonly reachedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMsPerPod: Spent;
}

interface Restart {
  readonly name: string;
  readonly pods: number;
  readonly ms: number;
  readonly schedulerMiB: number;
}

interface Idle {
  readonly name: string;
  readonly pods: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly schedulerMiB: number;
}

/** All at once: pods per second from the first command published to the last pod seen on its node. */
export async function burst(
  { cluster, commands, bound, scheduler }: Fixture,
  workloads: number,
): Promise<Burst> {
  const began = performance.now();
  const before = spent(cluster, scheduler.pid);
  const ids: string[] = [];
  for (let left = workloads; left > 0; left -= 500)
    ids.push(...(await commands.publish(Math.min(500, left))));
  await bound.all(ids, LIMIT_MS);
  const seconds = (performance.now() - began) / 1000;
  return {
    name: `${cluster.kind}: fractional pods bound, all offered at once`,
    workloads,
    podsPerSecond: rounded(workloads / seconds, 1),
    cpuMsPerPod: perPod(before, spent(cluster, scheduler.pid), workloads),
    schedulerMiB: residentMiB(scheduler.pid),
  };
}

type Spent = Readonly<Record<string, number>>;

const perPod = (before: Spent, after: Spent, pods: number): Spent =>
  Object.fromEntries(
    Object.entries(after).map(([name, ms]) => [name, rounded((ms - (before[name] ?? 0)) / pods, 2)]),
  );

/** CPU time so far of everything that shares the machine, ms by program: what is left of it limits the speed. */
const spent = ({ pids }: Cluster, scheduler: number): Spent => ({
  scheduler: cpuMs(scheduler),
  bench: cpuMs(process.pid),
  ...Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, treeCpuMs(pid)])),
});

/** So many creates a second for so many seconds: how long each took from its command to the watch event. */
export async function offered(
  { cluster, commands, bound, scheduler }: Fixture,
  perSecond: number,
  seconds: number,
): Promise<Offered> {
  const before = spent(cluster, scheduler.pid);
  const published = new Map<string, number>();
  const began = performance.now();
  let asked = 0;
  while (asked < perSecond * seconds) {
    const due = Math.min(
      perSecond * seconds,
      Math.floor(((performance.now() - began) / 1000) * perSecond) + 1,
    );
    if (due > asked) {
      const at = performance.now();
      for (const id of await commands.publish(due - asked)) published.set(id, at);
      asked = due;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(TICK_MS, 1000 / perSecond)));
  }
  const reached = asked / ((performance.now() - began) / 1000);
  await bound.all([...published.keys()], LIMIT_MS);
  const ms = Float64Array.from(
    [...published].map(([id, at]) => (bound.at.get(id) ?? Number.NaN) - at),
  ).sort();
  return {
    name: `${cluster.kind}: create to bound at ${perSecond}/s offered`,
    offeredPerSecond: perSecond,
    reachedPerSecond: rounded(reached, 1),
    p50Ms: rounded(quantile(ms, 0.5), 1),
    p99Ms: rounded(quantile(ms, 0.99), 1),
    cpuMsPerPod: perPod(before, spent(cluster, scheduler.pid), asked),
  };
}

/** The scheduler is killed and started again among so many pods: time until the first new pod is on a node. */
export async function restart(fixture: Fixture): Promise<Restart> {
  const { cluster, commands, bound } = fixture;
  await fixture.scheduler.stop();
  const waiting = await commands.publish(1);
  const began = performance.now();
  fixture.scheduler = await startScheduler(cluster);
  await bound.all(waiting, LIMIT_MS);
  return {
    name: `${cluster.kind}: restart to first decision`,
    pods: bound.at.size,
    ms: Math.round(performance.now() - began),
    schedulerMiB: residentMiB(fixture.scheduler.pid),
  };
}

/**
 * Waits until all containers have started, shared devices' reservation pods among them, and the scheduler has nothing
 * left to do. With more pods than this machine has file descriptors for, some never start: with `all` false, until no
 * more have for a while.
 */
export async function quiet({ scheduler, bound }: Fixture, { all } = { all: true }): Promise<void> {
  let waiting = { pods: bound.notReady, since: performance.now() };
  for (const deadline = performance.now() + LIMIT_MS; performance.now() < deadline;) {
    const cpu = cpuMs(scheduler.pid);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    if (bound.notReady !== waiting.pods) waiting = { pods: bound.notReady, since: performance.now() };
    const started = waiting.pods === 0 || (!all && performance.now() - waiting.since > STILL_MS);
    if (started && cpuMs(scheduler.pid) - cpu < QUIET_MS * QUIET_SHARE) return;
  }
  throw new Error(`${bound.notReady} pods were not ready, or the scheduler busy, after ${LIMIT_MS} ms`);
}

/** CPU time of the idle scheduler over so many seconds. */
export async function idle({ cluster, bound, scheduler }: Fixture, seconds: number): Promise<Idle> {
  const cpu = cpuMs(scheduler.pid);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return {
    name: `${cluster.kind}: steady state`,
    pods: bound.at.size,
    cpuShare: rounded((cpuMs(scheduler.pid) - cpu) / (seconds * 1000), 3),
    schedulerMiB: residentMiB(scheduler.pid),
  };
}
