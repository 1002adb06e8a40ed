import { isDeepStrictEqual } from 'node:util';
import { policyOf, stateFromWhatRuns, type ScalingPolicy } from '@tessera/domain-autoscaling';
import type { HeldWorkload, LoadReport, WakeRequest } from '@tessera/contracts-internal';
import type { ScalingIntent } from '@tessera/domain-workload';
import { maybe, type Clock } from '@tessera/kernel';
import { FirstSights } from '../model/first-sights';
import type { ReplicaPod } from '../model/replica';
import type { CompiledWorkload } from '../model/workload';
import type { ClusterView } from '../ports';
import type { FailedStart } from '../rollout/slow-start';
import { heldState } from './held-state';
import type { StartRecorder } from '../starts/start-recorder';
import type { LoadStore } from './load-store';
import type { MetricValues } from './metric-values';
import { NO_START_TIMES, withStarts, type StartTimes } from './start-times';
import type { DesiredReplicas, ReplicaTarget } from './replica-target';
import { reasonOf, sameConditions } from './scaling-reason';
import {
  decideEntry,
  entryFromWhatRuns,
  isCapacity,
  recordOf,
  type GatheredLoad,
  type ScalingEntry,
  type Unplaced,
} from './scaling-entry';
import { scalingFigures, type ScalingFigures } from './scaling-figures';

export interface ScalingDependencies {
  readonly view: Pick<ClusterView, 'replicasOf'>;
  readonly load: LoadStore;
  readonly clock: Clock;
  /** Monotonic time, ms: a difference to the clock that changes is a clock step. */
  readonly elapsedMs: () => number;
  /** Ids of the gateways that have a live lease. */
  readonly liveGateways: () => ReadonlySet<string>;
  /** Replicas of a workload without a place, as of its last reconcile. */
  readonly unplacedOf: (workloadId: string) => Unplaced | undefined;
  /** The latest start of a workload that took too long; by default every start succeeds. */
  readonly failedStartOf?: (workloadId: string) => FailedStart | undefined;
  /** The clock of the reconciler, in which `retryAt` of failed starts is given; by default `clock`. */
  readonly steady?: Clock;
  /** False once the workload has been deleted. */
  readonly isKnown: (workloadId: string) => boolean;
  /** Values of metrics by name. */
  readonly values: MetricValues;
  /** Measures the replicas that decisions start; by default nothing does. */
  readonly starts?: Pick<StartRecorder, 'decided' | 'firstByte' | 'check' | 'forget'>;
  /** Length of the stable window, ms; default 60 s, as that of `load`. */
  readonly stableWindowMs?: number;
  /** Enqueues a workload whose answer has changed. `urgent`: a request waits. */
  readonly enqueue: (workloadId: string, urgent: boolean) => void;
}

/** A change of the conditions alone is reported at most this often for one workload, ms. */
const CONDITIONS_MS = 10_000;
/** How long a replica must have been ready to be measured, ms: half a dozen reports. */
const MEASURED_AFTER_MS = 6_000;
/** A larger change of the difference between clock and monotonic time is a clock step, ms. */
const CLOCK_STEP_MS = 1_000;

interface Known {
  entry: ScalingEntry;
  /** The autoscaling of the spec that the policy of the entry follows. */
  scaling: ScalingIntent;
  /** The decision that was reported last, and when. */
  reported: ScalingEntry | undefined;
  reportedAt: number;
  starts: StartTimes;
}

/**
 * Decides for every workload how many replicas it is to have: at every tick, and at once for one that is woken. The
 * decisions stay in memory; the reconciler plans, reports and stores them with the workload.
 */
export class ScalingController implements ReplicaTarget {
  private readonly workloads = new Map<string, Known>();
  private clockOffset: number;
  /** Since when replicas have been seen ready, in monotonic time. */
  private readonly readySights = new FirstSights();

  constructor(private readonly on: ScalingDependencies) {
    this.clockOffset = on.clock.now() - on.elapsedMs();
  }

  /** The latest decision; the first one for a workload that is new to this leader, or whose autoscaling has changed. */
  of(compiled: CompiledWorkload): DesiredReplicas {
    const { workload, intent } = compiled;
    const id = workload.ref.workloadId;
    const now = this.now();
    const known = this.workloads.get(id) ?? this.adopt(compiled);
    // Not by the generation: a row that another writer changed keeps its generation.
    const isChanged = !isDeepStrictEqual(known.scaling, intent.scaling);
    const starts = withStarts(known.starts, this.on.view.replicasOf(id), this.on.elapsedMs());
    if (isChanged || starts !== known.starts) {
      known.scaling = intent.scaling;
      known.starts = starts;
      known.entry = { ...known.entry, policy: this.policyFor(compiled, starts.usualMs) };
    }
    if (isChanged || known.entry.explanation === undefined) {
      const before = known.entry.replicas;
      known.entry = decideEntry(known.entry, this.gather(id, known, now));
      this.recordStarts(id, before, known.entry.replicas);
    }
    known.reported = known.entry;
    known.reportedAt = now;
    const { reason, inputs, conditions } = reasonOf(known.entry);
    return { replicas: known.entry.replicas, reason, inputs, conditions, record: recordOf(known.entry) };
  }

  /** Decides on every workload. Returns the number of workloads whose number of replicas has changed. */
  tick(): number {
    const now = this.now();
    this.on.load.check(this.on.liveGateways(), now);
    this.on.starts?.check();
    let changed = 0;
    for (const [id, known] of this.workloads) {
      if (!this.on.isKnown(id)) this.forget(id);
      else if (this.decide(id, known, now, false)) changed += 1;
    }
    return changed;
  }

  /** Records the load that a gateway reports, and wakes the workloads for which it holds requests. */
  receive(report: LoadReport): void {
    const now = this.now();
    if (!this.on.load.receive(report, now)) return;
    for (const { workloadId, wake, replicas, coldStarts } of report.workloads) {
      if (wake) this.wakeUp(workloadId, now);
      for (const start of coldStarts) this.on.starts?.firstByte(start);
      // A replica that leaves may have ended its last request, or the gateway does not know it.
      if (
        replicas.some(({ draining, inFlight }) => draining && inFlight === 0) ||
        this.on.load.isAsked(workloadId)
      )
        this.on.enqueue(workloadId, false);
    }
  }

  /** Wakes workloads for which a request waits. */
  wake({ gatewayId, sequence, workloads }: WakeRequest): void {
    if (!this.on.load.isNewWake(gatewayId, sequence)) return;
    const now = this.now();
    for (const { workloadId, heldAgoMs } of workloads) {
      this.on.load.wake(gatewayId, workloadId, heldAgoMs, now);
      this.wakeUp(workloadId, now);
    }
  }

  /** Number of gateways that share the traffic, at least 1. */
  get gateways(): number {
    return Math.max(1, this.on.liveGateways().size);
  }

  /** State of a workload for its callers while their requests wait. */
  heldStateOf(workloadId: string): HeldWorkload {
    const { view, clock, steady = clock, isKnown, unplacedOf, failedStartOf } = this.on;
    return heldState({
      workloadId,
      isKnown: isKnown(workloadId),
      pods: view.replicasOf(workloadId),
      hasUnplaced: unplacedOf(workloadId) !== undefined,
      failedStart: failedStartOf?.(workloadId),
      now: steady.now(),
    });
  }

  /** The latest decision about each workload, by its id. */
  *figures(): IterableIterator<readonly [string, ScalingFigures]> {
    for (const [id, { entry }] of this.workloads) yield [id, scalingFigures(entry)];
  }

  /** Workloads that gateways are to report in any case: replicas of them leave. */
  get wanted(): readonly string[] {
    return this.on.load.wanted;
  }

  private wakeUp(workloadId: string, now: number): void {
    const known = this.workloads.get(workloadId);
    if (known?.entry.replicas === 0) this.decide(workloadId, known, now, true);
  }

  /** Returns true if the number of replicas has changed. */
  private decide(id: string, known: Known, now: number, urgent: boolean): boolean {
    const before = known.entry.replicas;
    known.entry = decideEntry(known.entry, this.gather(id, known, now));
    this.recordStarts(id, before, known.entry.replicas);
    const isChanged = known.entry.replicas !== before;
    if (isChanged) this.on.enqueue(id, urgent || before === 0);
    else if (
      known.reportedAt + CONDITIONS_MS <= now &&
      (known.reported === undefined || !sameConditions(known.entry, known.reported))
    )
      this.on.enqueue(id, false);
    return isChanged;
  }

  private gather(id: string, known: Known, now: number): GatheredLoad {
    const { view, load, unplacedOf, values } = this.on;
    const pods = view.replicasOf(id);
    const { rule } = known.entry.policy;
    return {
      now,
      pods,
      load: load.observe(id, METRIC_OF[rule.kind], now, pods.length > 0),
      isComplete: load.isComplete(now),
      unplaced: unplacedOf(id),
      unmeasuredReplicas: rule.kind === 'latency' ? this.unmeasured(pods) : 0,
      value:
        rule.kind === 'custom'
          ? values.of(rule.name, pods.filter(isCapacity), this.on.elapsedMs())
          : undefined,
      coldStartMs: known.starts.usualMs,
    };
  }

  /**
   * Readiness is timed by the clock of this process, because that of the node may be wrong. A changed timestamp is a
   * new start.
   */
  private unmeasured(pods: readonly ReplicaPod[]): number {
    const elapsed = this.on.elapsedMs();
    return pods.filter(
      (pod) =>
        isCapacity(pod) &&
        elapsed - this.readySights.of(`${pod.uid} ${pod.changedAt}`, elapsed) < MEASURED_AFTER_MS,
    ).length;
  }

  private recordStarts(id: string, before: number, replicas: number): void {
    if (before === replicas) return;
    const { starts, load, clock } = this.on;
    const held = before === 0 ? load.heldAges(id, clock.now()) : undefined;
    starts?.decided(id, replicas - before, held);
  }

  private policyFor({ intent }: CompiledWorkload, coldStartMs: number | undefined): ScalingPolicy {
    const { stableWindowMs } = this.on;
    return policyOf(intent.scaling, {
      ...maybe('coldStartMs', coldStartMs),
      ...maybe('stableWindowMs', stableWindowMs),
    });
  }

  private adopt(compiled: CompiledWorkload): Known {
    const { ref, state, scaling } = compiled.workload;
    const now = this.on.clock.now();
    const before = {
      desiredReplicas: state.desiredReplicas,
      ...maybe('record', scaling),
    };
    const pods = this.on.view.replicasOf(ref.workloadId);
    const entry = entryFromWhatRuns(this.policyFor(compiled, undefined), before, pods, now);
    const known: Known = {
      entry,
      scaling: compiled.intent.scaling,
      reported: undefined,
      reportedAt: now,
      starts: NO_START_TIMES,
    };
    this.workloads.set(ref.workloadId, known);
    this.recordStarts(ref.workloadId, state.desiredReplicas, entry.replicas);
    return known;
  }

  private forget(id: string): void {
    this.workloads.delete(id);
    this.on.load.forget(id);
    this.on.starts?.forget(id);
  }

  /** The wall-clock time; after a clock step, all histories are restarted first. */
  private now(): number {
    const now = this.on.clock.now();
    this.compareClocks(now);
    return now;
  }

  /** After a clock step the history cannot be compared with the time now: every workload starts from what runs. */
  private compareClocks(now: number): void {
    const offset = now - this.on.elapsedMs();
    const stepMs = offset - this.clockOffset;
    this.clockOffset = offset;
    if (Math.abs(stepMs) < CLOCK_STEP_MS) return;
    this.on.load.restart(now, stepMs);
    for (const [id, known] of this.workloads) {
      const { entry } = known;
      const readyReplicas = this.on.view.replicasOf(id).filter(isCapacity).length;
      const { reachedInitial, idle, raisedFrom } = recordOf(entry);
      known.entry = {
        ...entry,
        state: { ...stateFromWhatRuns({ now, readyReplicas, reachedInitial, raisedFrom }), idle },
      };
      known.reportedAt = now;
    }
  }
}

/** The load that each rule reads. */
const METRIC_OF = {
  concurrency: 'concurrency',
  latency: 'latency',
  throughput: 'rate',
  activity: 'rate',
  custom: 'rate',
  fixed: 'rate',
} as const;
