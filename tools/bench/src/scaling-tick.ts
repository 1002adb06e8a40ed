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
let now = BEGIN;

const load = new LoadStore(now);
const scaling = new ScalingController({
  view: { replicasOf: (id) => pods.get(id) ?? [] },
  load,
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

const took = { tick: [] as number[], receive: [] as number[], parse: [] as number[] };
for (let second = 1; second <= SECONDS; second += 1) {
  now += 1_000;
  for (let gateway = 0; gateway < GATEWAYS; gateway += 1) {
    const text = JSON.stringify(reportOf(gateway, second));
    const parsed = timed('parse', () => LoadReport.parse(JSON.parse(text)));
    timed('receive', () => scaling.receive(parsed));
  }
  if (second % TICK_S === 0) timed('tick', () => scaling.tick());
}

const tick = median(took.tick);
const receive = median(took.receive);
report(
  {
    workloads: WORKLOADS,
    gateways: GATEWAYS,
    tickMs: rounded(tick, 1),
    receiveMs: rounded(receive, 1),
    parseMs: rounded(median(took.parse), 1),
  },
  [atMost('% of a core for the ticks', rounded((100 * tick) / (TICK_S * 1_000), 2), 5)],
);

function reportOf(gateway: number, sequence: number): LoadReport {
  return {
    gatewayId: gatewayOf(gateway),
    sequence,
    intervalMs: 1_000,
    final: false,
    workloads: ids.map((workloadId, index) => loadOf(workloadId, (index + sequence) % 12)),
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
    latencies: requests === 0 ? [] : [[20, requests]],
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

function timed<T>(what: keyof typeof took, work: () => T): T {
  const began = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(began);
  took[what].push((user + system) / 1_000);
  return result;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
