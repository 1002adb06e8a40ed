import { decideReplicas, LoadWindow, policyOf, stateFromWhatRuns } from '@tessera/domain-autoscaling';
import { seeded } from '../placement-trace/random';
import { rounded } from '../placement-trace/statistics';

const WORKLOADS = 10_000;
const TICKS = 30;
const TICK_MS = 2_000;
const BEGIN = Date.UTC(2025, 0, 1, 9);
const WORKING_HOURS = {
  name: 'working hours',
  start: '0 9 * * 1-5',
  until: { end: '0 17 * * 1-5' },
  timeZone: 'Europe/Berlin',
  minReplicas: 2,
};

export interface TickCost {
  readonly workloads: number;
  readonly msPerTick: number;
  readonly msOfFirstTick: number;
  /** At a tick of two seconds. */
  readonly pctOfACore: number;
}

/** CPU time of a tick, windows and explanations included; every second workload has a schedule, every one is adaptive. */
export function tickCost(): TickCost {
  const random = seeded(1);
  const all = Array.from({ length: WORKLOADS }, (_, index) => ({
    policy: policyOf({
      minReplicas: 0,
      maxReplicas: 20,
      initialReplicas: 1,
      metric: { name: index % 3 === 0 ? 'throughput' : 'concurrency', threshold: 10 },
      scaleToZeroRetentionMs: 30_000,
      scaleDownDelayMs: 60_000,
      keepAlive: 'adaptive',
      schedules: index % 2 === 0 ? [WORKING_HOURS] : [],
    }),
    state: stateFromWhatRuns({ now: BEGIN, readyReplicas: 1 }),
    stable: new LoadWindow(60_000),
    panic: new LoadWindow(6_000),
    current: 1,
  }));
  const took: number[] = [];
  for (let tick = 1; tick <= TICKS; tick += 1) {
    const now = BEGIN + tick * TICK_MS;
    const loads = all.map(() => random() * 60);
    const begun = process.cpuUsage();
    all.forEach((one, index) => {
      const load = loads[index] ?? 0;
      for (const at of [now - 1_000, now])
        [one.stable, one.panic].forEach((window) => window.record(at, load));
      const decided = decideReplicas(one.policy, one.state, {
        now,
        currentReplicas: one.current,
        readyReplicas: one.current,
        requests: Math.floor(load),
        lastRequestAt: now,
        load: { stable: one.stable.average(now) ?? 0, panic: one.panic.average(now) ?? 0 },
      });
      one.state = decided.state;
      one.current = decided.replicas;
    });
    const { user, system } = process.cpuUsage(begun);
    took.push((user + system) / 1000);
  }
  // The first tick looks every schedule up.
  const [msOfFirstTick = 0, ...others] = took;
  const msPerTick = others.sort((a, b) => a - b)[Math.floor(others.length / 2)] ?? 0;
  return {
    workloads: WORKLOADS,
    msPerTick: rounded(msPerTick, 1),
    msOfFirstTick: rounded(msOfFirstTick, 1),
    pctOfACore: rounded((100 * msPerTick) / TICK_MS, 2),
  };
}
