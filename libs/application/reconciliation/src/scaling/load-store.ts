import type { LoadReport, ReplicaLoad, WorkloadLoad } from '@tessera/contracts-internal';
import type { ReplicaPod } from '../model/replica';
import type { HeldAges } from '../starts/start-recorder';
import { GatewayCoverage } from './gateway-coverage';
import { SeenMessages } from './seen-messages';
import { STABLE_WINDOW_MS, WorkloadWindows } from './workload-windows';

/** Load of a workload now, as all gateways report it. Times in ms since the epoch. */
export interface ObservedLoad {
  /** Requests in flight and held. */
  readonly requests: number;
  /** When the latest request arrived or ended; undefined where none is known. */
  readonly lastRequestAt: number | undefined;
  readonly load: { readonly stable?: number; readonly panic?: number } | undefined;
  readonly latency: { readonly ms: number; readonly samples: number } | undefined;
}

type ReplicaRef = Pick<ReplicaPod, 'workloadId' | 'uid' | 'drainingSince'>;

interface GatewayLoad {
  /** Of its last report; absent before the first one. */
  sequence?: number;
  /** Entries of its last report. */
  workloads: ReadonlyMap<string, WorkloadLoad>;
  /** Workloads that it asked to wake since then. */
  readonly waking: Set<string>;
  /** When its last message arrived. */
  namedAt: number;
}

interface KnownWorkload {
  /** When a report named it last. */
  namedAt: number;
  windows: WorkloadWindows;
  lastRequestAt?: number;
  /** Arrival of the first request that waits, and when it was reported; absent where none does. */
  held?: { since: number; seenAt: number };
}

/**
 * How long gateways are asked to report a workload whose replicas leave, ms; those replicas are checked every two
 * seconds.
 */
const ASKED_MS = 10_000;

/**
 * What no report has named for this long is dropped, ms: longer than any retention, so that no decision misses it. A
 * standby does not learn that a workload was deleted or that a gateway died.
 */
const FORGET_MS = 7_200_000;
/** How often that is looked for, ms. */
const SWEEP_MS = 60_000;

/**
 * Load of all workloads from the reports of all gateways: one that is in no report had no request. A scheduler records
 * it whether it leads or not, so that a new
 * leader knows it. Reports carry ages, never times of day. Has no clock: callers pass the time.
 */
export class LoadStore {
  private readonly coverage: GatewayCoverage;
  private readonly gateways = new Map<string, GatewayLoad>();
  private readonly workloads = new Map<string, KnownWorkload>();
  private readonly seen = new SeenMessages();
  private sweptAt: number;
  /** Workloads with a request that waits. */
  private readonly held = new Set<string>();
  /** Workloads that gateways are to report although they may be idle, and since when. */
  private readonly asked = new Map<string, number>();
  private reportedAt: number | undefined;
  private latest: number;

  /** `windowMs`: length of the stable window. */
  constructor(
    start: number,
    private readonly windowMs = STABLE_WINDOW_MS,
  ) {
    this.coverage = new GatewayCoverage(start);
    this.sweptAt = start;
    this.latest = start;
  }

  /** Number of workloads and gateways that are known. */
  get size(): number {
    return this.workloads.size + this.gateways.size;
  }

  /** Records a report. Returns false, and changes nothing, for one that is not newer than the last of its gateway. */
  receive(report: LoadReport, now: number): boolean {
    const { gatewayId, sequence, final, intervalMs } = report;
    if (!this.seen.isNew('report', gatewayId, sequence)) return false;
    const last = this.gateways.get(gatewayId)?.sequence;
    this.coverage.reported(gatewayId, now, last === undefined || sequence === last + 1);
    this.reportedAt = this.latest = now;
    for (const load of report.workloads) {
      const known = this.workload(load.workloadId, now);
      known.windows.record(load, intervalMs, now);
      if (load.lastRequestAgoMs !== undefined)
        known.lastRequestAt = Math.max(known.lastRequestAt ?? 0, now - load.lastRequestAgoMs);
      // The wake request was lost, so nothing shows when the first one arrived.
      if (load.wake)
        this.hold(load.workloadId, known, { since: now - (load.lastRequestAgoMs ?? 0), seenAt: now });
    }
    const workloads = new Map(report.workloads.map((load) => [load.workloadId, load]));
    this.gateways.set(gatewayId, { sequence, workloads, waking: new Set(), namedAt: now });
    if (final) this.forgetGateway(gatewayId);
    for (const workloadId of this.held)
      if (workloads.get(workloadId)?.wake !== true) this.endHold(workloadId);
    this.sweep(now);
    return true;
  }

  /** False for a wake request that is not newer than the last of its gateway. */
  isNewWake(gatewayId: string, sequence: number): boolean {
    return this.seen.isNew('wake', gatewayId, sequence);
  }

  /** Records that a request waits for a workload, before the next report includes it. `heldAgoMs`: since it arrived. */
  wake(gatewayId: string, workloadId: string, heldAgoMs: number, now: number): void {
    const gateway = this.gateways.get(gatewayId) ?? {
      workloads: new Map(),
      waking: new Set(),
      namedAt: now,
    };
    this.gateways.set(gatewayId, gateway);
    this.coverage.expect(gatewayId, now);
    gateway.waking.add(workloadId);
    const known = this.workload(workloadId, now);
    known.lastRequestAt = Math.max(known.lastRequestAt ?? 0, now - heldAgoMs);
    this.hold(workloadId, known, { since: now - heldAgoMs, seenAt: now });
  }

  /** Compares the reports with the live gateways. The requests of gateways that died have ended. */
  check(live: ReadonlySet<string>, now: number): void {
    this.latest = now;
    for (const [id, since] of this.asked) if (now - since >= ASKED_MS) this.asked.delete(id);
    for (const id of this.coverage.check(live, now)) this.forgetGateway(id);
  }

  /**
   * The load of a workload, in the metric of its rule. Where it has replicas, silence in the reports is zero load;
   * otherwise it is no data.
   */
  observe(
    workloadId: string,
    metric: 'concurrency' | 'rate' | 'latency',
    now: number,
    hasReplicas = false,
  ): ObservedLoad {
    const isSilence = hasReplicas && this.reportedAt !== undefined;
    const known = isSilence ? this.workload(workloadId, now) : this.workloads.get(workloadId);
    if (known === undefined) return NO_LOAD;
    const quantity = metric === 'concurrency' ? 'concurrency' : 'rate';
    if (isSilence) known.windows.recordSilence(quantity, this.reportedAt ?? now);
    const load = known.windows.averages(quantity, now);
    // A percentile costs more than the rest of the decision.
    const latency = metric === 'latency' ? known.windows.latency(now) : undefined;
    return {
      requests: this.requestsOf(workloadId),
      lastRequestAt: known.lastRequestAt,
      load,
      latency,
    };
  }

  /** Requests in flight and held now. */
  requestsOf(workloadId: string): number {
    let requests = 0;
    for (const { workloads, waking } of this.gateways.values()) {
      const load = workloads.get(workloadId);
      if (load !== undefined) requests += load.inFlight + load.held;
      if (waking.has(workloadId) && (load === undefined || load.held === 0)) requests += 1;
    }
    return requests;
  }

  /** Arrival of the first request that waits for this workload; undefined where none waits. */
  heldSince(workloadId: string): number | undefined {
    return this.workloads.get(workloadId)?.held?.since;
  }

  /** The first request that waits, by its ages; undefined where none waits. */
  heldAges(workloadId: string, now: number): HeldAges | undefined {
    const held = this.workloads.get(workloadId)?.held;
    return held && { arrivedAgoMs: now - held.since, seenAgoMs: now - held.seenAt };
  }

  /** Requests that the gateways have open at a replica. */
  inFlightAt({ workloadId, uid }: ReplicaRef): number {
    let inFlight = 0;
    for (const id of this.coverage.expected) inFlight += this.replicaAt(id, workloadId, uid)?.inFlight ?? 0;
    return inFlight;
  }

  /**
   * True once every gateway reports that it sends this replica no request and has none open at it. A gateway that does
   * not know a replica out of rotation has sent it nothing and will not. False until the gateways are known; one that
   * does not report the workload is asked for it.
   */
  isDrained({ workloadId, uid, drainingSince }: ReplicaRef): boolean {
    if (!this.coverage.isKnown) return false;
    for (const id of this.coverage.expected) {
      const gateway = this.gateways.get(id);
      if (gateway?.sequence === undefined) return false;
      if (!gateway.workloads.has(workloadId)) {
        this.asked.set(workloadId, this.latest);
        return false;
      }
      const replica = this.replicaAt(id, workloadId, uid);
      if (replica === undefined ? drainingSince === undefined : !replica.draining || replica.inFlight > 0)
        return false;
    }
    return true;
  }

  /**
   * True if the reports were complete for a whole window, so that silence means that there were no requests. Otherwise
   * the number of replicas must not shrink.
   */
  isComplete(now: number): boolean {
    return this.coverage.completeMs(now) >= this.windowMs;
  }

  /** Workloads that gateways are to report in any case. */
  get wanted(): readonly string[] {
    return [...this.asked.keys()];
  }

  /** True if the gateways were asked for the workload. */
  isAsked(workloadId: string): boolean {
    return this.asked.has(workloadId);
  }

  /** The workload has been deleted. */
  forget(workloadId: string): void {
    this.workloads.delete(workloadId);
    this.held.delete(workloadId);
    this.asked.delete(workloadId);
  }

  /** The clock was set: what was recorded before cannot be compared with the time now. */
  restart(now: number, stepMs: number): void {
    this.coverage.restart(now);
    this.reportedAt = undefined;
    this.latest = now;
    for (const id of this.asked.keys()) this.asked.set(id, now);
    this.sweptAt = now;
    for (const gateway of this.gateways.values()) gateway.namedAt += stepMs;
    for (const known of this.workloads.values()) {
      known.namedAt += stepMs;
      known.windows = new WorkloadWindows(this.windowMs);
      if (known.lastRequestAt !== undefined) known.lastRequestAt += stepMs;
      if (known.held !== undefined)
        known.held = { since: known.held.since + stepMs, seenAt: known.held.seenAt + stepMs };
    }
  }

  private replicaAt(gatewayId: string, workloadId: string, uid: string): ReplicaLoad | undefined {
    return this.gateways
      .get(gatewayId)
      ?.workloads.get(workloadId)
      ?.replicas.find((replica) => replica.uid === uid);
  }

  private workload(id: string, now: number): KnownWorkload {
    const known = this.workloads.get(id) ?? { windows: new WorkloadWindows(this.windowMs), namedAt: now };
    known.namedAt = now;
    this.workloads.set(id, known);
    return known;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP_MS) return;
    this.sweptAt = now;
    for (const [id, { namedAt }] of this.gateways) if (now - namedAt >= FORGET_MS) this.forgetGateway(id);
    for (const [id, { namedAt }] of this.workloads) if (now - namedAt >= FORGET_MS) this.forget(id);
  }

  private forgetGateway(id: string): void {
    this.coverage.stopped(id);
    this.gateways.delete(id);
  }

  private hold(workloadId: string, known: KnownWorkload, held: NonNullable<KnownWorkload['held']>): void {
    known.held ??= held;
    this.held.add(workloadId);
  }

  /** No gateway holds a request of this workload any more. */
  private endHold(workloadId: string): void {
    for (const { workloads, waking } of this.gateways.values())
      if (waking.has(workloadId) || workloads.get(workloadId)?.wake === true) return;
    delete this.workloads.get(workloadId)?.held;
    this.held.delete(workloadId);
  }
}

const NO_LOAD: ObservedLoad = { requests: 0, lastRequestAt: undefined, load: undefined, latency: undefined };
