import { GATEWAY_LABELS, SERIES } from '@tessera/contracts-metrics';
import {
  Counter,
  CountedCounter,
  CountedHistogram,
  Gauge,
  Histogram,
  type Count,
  type Distribution,
  type Registry,
} from '@tessera/platform-telemetry';
import type { Measured } from './metering/meter';
import { TokenMetrics, type TokenSeries } from './metering/token-metrics';
import { exportChoices } from './affinity/choice-series';
import type { Replica } from './routing/replica';
import type { RoutingTable } from './routing/routing-table';
import type { Workload } from './routing/workload';

/** How long the series of a deleted pod are kept, ms: long enough for every scraper to read the last values. */
const KEEP_MS = 300_000;

const { gatewayRequests: REQUEST, gatewaySeconds: POD, gatewayHeld: WORKLOAD } = GATEWAY_LABELS;

type PodLabels = Record<(typeof POD)[number], string>;

/**
 * The series of a pod, or of a workload for requests that no pod served. Kept so that requests need no look-up by
 * label.
 */
interface Series {
  readonly labels: PodLabels;
  readonly requests: Map<number, Count<string>>;
  readonly reasons: Set<string>;
  seconds?: Distribution<string>;
  tokens?: TokenSeries;
  usedAt: number;
  /** The series were removed; a request that ends later creates new ones. */
  isRemoved: boolean;
}

/**
 * The metrics of the gateway. Names and labels are a contract (`@tessera/contracts-metrics`). `pod` is empty for
 * requests that no replica served; `code` is 499 where the client disconnected first.
 */
export class GatewayMetrics {
  private readonly requests: CountedCounter<(typeof REQUEST)[number]>;
  private readonly seconds: CountedHistogram<(typeof POD)[number]>;
  private readonly holdSeconds: Histogram<'project'>;
  private readonly coldStartSeconds: Histogram<'project'>;
  private readonly refusals: Counter<'reason' | (typeof WORKLOAD)[number]>;
  private readonly limitedRequests: Counter<(typeof GATEWAY_LABELS.gatewayLimited)[number]>;
  private readonly wakes: Counter<(typeof WORKLOAD)[number]>;
  private readonly tokens: TokenMetrics;
  private readonly series = new Map<string, Series>();
  private readonly ofReplicas = new WeakMap<Replica, Series>();

  constructor(
    registry: Registry,
    private readonly table: RoutingTable,
    private readonly now: () => number,
  ) {
    const registers = [registry];
    this.requests = new CountedCounter({
      name: SERIES.gatewayRequests,
      help: 'Finished requests, by the status code returned to the client.',
      labelNames: REQUEST,
      registers,
    });
    this.seconds = new CountedHistogram({
      name: SERIES.gatewaySeconds,
      help: 'Time from sending a request to a replica to the end of its response, without the wait for a replica.',
      labelNames: POD,
      bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.holdSeconds = new Histogram({
      name: SERIES.gatewayHoldSeconds,
      help: 'Time requests waited for a ready replica.',
      labelNames: GATEWAY_LABELS.gatewayHoldSeconds,
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
      registers,
    });
    this.coldStartSeconds = new Histogram({
      name: SERIES.gatewayColdStartSeconds,
      help: 'Time from the arrival of a request that found no ready replica to the first byte of its response.',
      labelNames: GATEWAY_LABELS.gatewayColdStartSeconds,
      buckets: [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
      registers,
    });
    this.refusals = new Counter({
      name: SERIES.gatewayRefusals,
      help: 'Requests that no replica served, by reason.',
      labelNames: GATEWAY_LABELS.gatewayRefusals,
      registers,
    });
    this.limitedRequests = new Counter({
      name: SERIES.gatewayLimited,
      help: 'Requests rejected by a limit of a key, project or workload.',
      labelNames: GATEWAY_LABELS.gatewayLimited,
      registers,
    });
    this.wakes = new Counter({
      name: SERIES.gatewayWakes,
      help: 'Wake requests to the scheduler: to start a replica because requests wait for one.',
      labelNames: WORKLOAD,
      registers,
    });
    this.tokens = new TokenMetrics(registry);
    this.addGauges(registers);
    exportChoices(registry, table);
  }

  /**
   * Exports the counters of a new replica with value 0, so that its first request is an increase. Those of a known
   * replica continue.
   */
  announce(replica: Replica): void {
    const series = this.seriesOf(replica);
    this.requestsOf(series, 200);
    this.secondsOf(series);
  }

  /** Counts a finished request that a replica served. */
  served(replica: Replica, code: number, seconds: number): void {
    const series = this.seriesOf(replica);
    this.requestsOf(series, code).value += 1;
    this.secondsOf(series).observe(seconds);
  }

  /** Counts the tokens of a request that a replica served, and their times. */
  measured(replica: Replica, measured: Measured): void {
    const series = this.seriesOf(replica);
    series.tokens ??= this.tokens.of(series.labels);
    series.tokens.add(measured);
  }

  /** Counts a finished request that no replica served. */
  refused(workload: Workload, code: number, reason: string): void {
    const series = this.touch({ ...workloadLabels(workload), pod: '' });
    series.reasons.add(reason);
    this.requestsOf(series, code).value += 1;
    this.refusals.inc({ ...workloadLabels(workload), reason });
  }

  /** Counts a request that a limit rejected. */
  limited(workload: Workload, scope: string, limit: string): void {
    this.limitedRequests.inc({ project: workload.project, scope, limit });
  }

  /** Counts a wake request to the scheduler. */
  woke(workload: Workload): void {
    const labels = workloadLabels(workload);
    this.touch({ ...labels, pod: '' });
    this.wakes.inc(labels);
  }

  /** Records the time to the first byte of a request that found no ready replica. */
  coldStarted(workload: Workload, seconds: number): void {
    this.coldStartSeconds.observe({ project: workload.project }, seconds);
  }

  /** Counts a request that reached no workload, without the name in it, because clients can invent names. */
  unrouted(code: number): void {
    this.requests.inc({ workload_id: '', project: '', workload: '', pod: '', code: String(code) });
  }

  /** Records how long a request waited for a replica. */
  held(workload: Workload, seconds: number): void {
    this.holdSeconds.observe({ project: workload.project }, seconds);
  }

  private addGauges(registers: Registry[]): void {
    const { table } = this;
    const sweep = (): void => this.sweep();
    new Gauge({
      name: SERIES.gatewayInFlight,
      help: 'Requests in flight at a replica.',
      labelNames: POD,
      registers,
      collect() {
        sweep();
        this.reset();
        for (const workload of table.all())
          for (const { replica, inFlight } of workload.all()) this.set(podLabels(replica), inFlight);
      },
    });
    new Gauge({
      name: SERIES.gatewayHeld,
      help: 'Requests waiting for a ready replica.',
      labelNames: WORKLOAD,
      registers,
      collect() {
        this.reset();
        for (const workload of table.all()) this.set(workloadLabels(workload), workload.held);
      },
    });
  }

  private seriesOf(replica: Replica): Series {
    const known = this.ofReplicas.get(replica);
    if (known !== undefined && !known.isRemoved) {
      known.usedAt = this.now();
      return known;
    }
    const series = this.touch(podLabels(replica));
    this.ofReplicas.set(replica, series);
    return series;
  }

  private requestsOf({ labels, requests }: Series, code: number): Count<string> {
    let count = requests.get(code);
    if (count === undefined) {
      count = this.requests.of({ ...labels, code: String(code) });
      requests.set(code, count);
    }
    return count;
  }

  private secondsOf(series: Series): Distribution<string> {
    series.seconds ??= this.seconds.of(series.labels);
    return series.seconds;
  }

  private touch(labels: PodLabels): Series {
    const key = keyOf(labels);
    let series = this.series.get(key);
    if (series === undefined) {
      series = { labels, requests: new Map(), reasons: new Set(), usedAt: 0, isRemoved: false };
      this.series.set(key, series);
    }
    series.usedAt = this.now();
    return series;
  }

  /** Removes the series of deleted pods and workloads that were not used for {@link KEEP_MS}. */
  private sweep(): void {
    const live = new Set<string>();
    for (const workload of this.table.all()) {
      live.add(keyOf({ ...workloadLabels(workload), pod: '' }));
      for (const { replica } of workload.all()) live.add(keyOf(podLabels(replica)));
    }
    for (const [key, series] of this.series) {
      if (live.has(key)) series.usedAt = this.now();
      else if (this.now() - series.usedAt >= KEEP_MS) this.forget(key, series);
    }
  }

  private forget(key: string, series: Series): void {
    const { labels, requests, reasons } = series;
    series.isRemoved = true;
    this.series.delete(key);
    for (const code of requests.keys()) this.requests.remove({ ...labels, code: String(code) });
    const { pod, ...workload } = labels;
    if (pod !== '') {
      this.seconds.remove(labels);
      return this.tokens.forget(labels);
    }
    this.wakes.remove(workload);
    for (const reason of reasons) this.refusals.remove({ ...workload, reason });
  }
}

/**
 * A pod whose labels change gets other series; those with the earlier labels are removed like the ones of a deleted
 * pod.
 */
const keyOf = ({ workload_id, project, workload, pod }: PodLabels): string =>
  [workload_id, project, workload, pod].join('/');

const podLabels = ({ workloadId, project, workload, pod }: Replica): PodLabels => ({
  workload_id: workloadId,
  project,
  workload,
  pod,
});

const workloadLabels = ({ id, project, name }: Workload): Record<(typeof WORKLOAD)[number], string> => ({
  workload_id: id,
  project,
  workload: name,
});
