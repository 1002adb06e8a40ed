import { toIntent } from '@tessera/domain-workload';
import {
  accepted,
  LoadStore,
  MetricValues,
  ScalingController,
  type ReplicaPod,
} from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';
import { LoadReport, type WorkloadLoad } from '@tessera/contracts-internal';
import { atMost, report } from './placement-trace/report';
import { rounded } from './placement-trace/statistics';

const WORKLOADS = 10_000;
const GATEWAYS = 2;
const SECONDS = 12;
const TICK_S = 2;
const SETTLE_MS = 50;
/** Largest body that a scheduler takes, bytes. */
const BODY_LIMIT = 4 * 1024 * 1024;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');

const idOf = (index: number): string => `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`;
const gatewayOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const ids = Array.from({ length: WORKLOADS }, (_, index) => idOf(index));
const spec = {
  ...SAMPLES.apply.spec,
  autoscaling: { minReplicas: 0, maxReplicas: 5, metric: 'concurrency', metricThreshold: 10 },
};
const intent = toIntent(spec).intent;
const pods = new Map(ids.map((id) => [id, [podOf(id)]]));

/** Share of the workloads that have requests in a report; replicas of the others are ready and idle. */
const BUSY = { busy: 1, mostlyIdle: 0.05 } as const;
type Name = keyof typeof BUSY;
type Took = Record<'tick' | 'receive' | 'parse', number[]> & { bytes: number[] };

/** Reports and ticks of so many seconds; times are CPU time of the process, ms, and sizes bytes of one report. */
async function run(name: Name): Promise<Took> {
  const took: Took = { tick: [], receive: [], parse: [], bytes: [] };
  let now = BEGIN;
  const scaling = new ScalingController({
    view: { replicasOf: (id) => pods.get(id) ?? [] },
    load: new LoadStore(now),
    values: new MetricValues(undefined),
    clock: { now: () => now },
    elapsedMs: () => now - BEGIN,
    liveGateways: () => new Set(Array.from({ length: GATEWAYS }, (_, index) => gatewayOf(index))),
    unplacedOf: () => undefined,
    isKnown: () => true,
    enqueue: () => undefined,
  });
  for (const workloadId of ids) {
    const workload = accepted({ ...SAMPLES.apply, workloadId, spec }, new Date(now).toISOString());
    scaling.of({ workload, intent });
  }
  for (let second = 1; second <= SECONDS; second += 1) {
    now += 1_000;
    for (let gateway = 0; gateway < GATEWAYS; gateway += 1) {
      const text = JSON.stringify(reportOf(gateway, second, BUSY[name]));
      took.bytes.push(text.length);
      const parsed = timed(took.parse, () => LoadReport.parse(JSON.parse(text)));
      timed(took.receive, () => scaling.receive(parsed));
    }
    // Garbage collection of the parsed reports must not count as time of the tick.
    await pause(SETTLE_MS);
    if (second % TICK_S === 0) timed(took.tick, () => scaling.tick());
  }
  return took;
}

async function main(): Promise<void> {
  const results = [];
  for (const name of ['busy', 'mostlyIdle'] as const) {
    const { tick, receive, parse, bytes } = await run(name);
    results.push({
      name,
      tickMs: rounded(median(tick), 1),
      receiveMs: rounded(median(receive), 1),
      parseMs: rounded(median(parse), 1),
      reportBytes: median(bytes),
    });
  }
  const shares = results.map(({ tickMs }) => rounded((100 * tickMs) / (TICK_S * 1_000), 2));
  const [, idle] = results;
  report({ workloads: WORKLOADS, gateways: GATEWAYS, results }, [
    atMost('% of a core for the ticks, every workload busy', shares[0] ?? Infinity, 5),
    atMost('% of a core for the ticks, one in twenty busy', shares[1] ?? Infinity, 5),
    atMost('bytes of a report, one in twenty busy', idle?.reportBytes ?? Infinity, BODY_LIMIT / 10),
  ]);
}

function reportOf(gateway: number, sequence: number, busy: number): LoadReport {
  return {
    gatewayId: gatewayOf(gateway),
    sequence,
    intervalMs: 1_000,
    final: false,
    workloads: ids
      .slice(0, WORKLOADS * busy)
      .map((workloadId, index) => loadOf(workloadId, 1 + ((index + sequence) % 12))),
  };
}

function loadOf(workloadId: string, requests: number): WorkloadLoad {
  return {
    workloadId,
    inFlight: requests,
    held: 0,
    started: requests,
    finished: requests,
    averageConcurrency: requests,
    latencies: [[20, requests]],
    coldLatencies: [],
    lastRequestAgoMs: 10,
    wake: false,
    replicas: [{ uid: workloadId, pod: workloadId, inFlight: requests, draining: false }],
    coldStarts: [],
  };
}

function podOf(workloadId: string): ReplicaPod {
  const at = new Date(BEGIN).toISOString();
  return {
    uid: workloadId,
    name: workloadId,
    namespace: 'n',
    workloadId,
    projectId: '1',
    departmentId: '1',
    ordinal: 0,
    generation: 1,
    phase: 'Running',
    ready: true,
    terminating: false,
    image: 'model',
    createdAt: at,
    changedAt: at,
    cpuMilli: 0,
    memoryMiB: 0,
    extended: {},
  };
}

function timed<T>(took: number[], work: () => T): T {
  const began = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(began);
  took.push((user + system) / 1_000);
  return result;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
