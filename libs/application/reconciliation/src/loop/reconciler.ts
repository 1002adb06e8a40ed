import { untraced } from '@tessera/application-messaging';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { ClusterNode, ReplicaRequest } from '@tessera/domain-placement';
import { maybe } from '@tessera/kernel';
import { DeviceHealer } from '../gpu-sharing/device-healer';
import { ReservationController } from '../gpu-sharing/reservation-controller';
import { MigController } from '../mig/mig-controller';
import { Problems } from '../model/problems';
import type { AcceptedWorkload } from '../model/workload';
import { ObjectController } from '../objects/object-controller';
import { QuotaCache } from '../placement/quota/quota-cache';
import type { Place } from '../placement/place';
import { AdmittedRequests } from '../placement/admitted-requests';
import { avoiding, offRejectingNodes, RejectingNodes } from '../placement/rejecting-nodes';
import { RejectionWatch } from '../rollout/rejections';
import { replicaRequest } from '../placement/request';
import { ReplicaController } from '../rollout/replica-controller';
import { StartWatch, type FailedStart } from '../rollout/slow-start';
import { ExponentialBackoff } from './backoff';
import { capacityOf } from './capacity';
import { Committer, type AssumedDecision } from './commit';
import { Decider } from './decide';
import type { WorkloadDecision } from './decision';
import type { ReconcilerDependencies } from './dependencies';
import { Gatherer } from './gather';
import { InFlight } from './in-flight';
import { StateReporter } from './report';
import { WorkQueue, type Backlog, type Capacity } from './work-queue';
import { ANYTHING, type CapacityChange } from '../waiting/capacity-change';
import { KeptNodes, type NodeReserver } from '../waiting/kept-nodes';
import type { SurroundingsChange } from '../waiting/surroundings-change';
import { WaitingList, type PendingReplicas, type WaitingWorkload } from '../waiting/waiting-list';
import { WorkloadRefs } from './workload-refs';
import { WorkloadSpans } from './workload-spans';

/** Pod changes within this time are combined into one reconcile, ms. */
const SETTLE_MS = 100;

/**
 * Drives the cluster towards the desired states, one reconcile cycle at a time: gathers rows and pods of the keys that
 * may have changed, decides on one model of the cluster, commits idempotent writes, and reports the difference from the
 * last reported state. Each cycle re-reads all of its input, so a lost or duplicate wake-up costs only time.
 */
export class Reconciler {
  private readonly queue = new WorkQueue();
  /** Workloads with a replica that fits on no node; decided again once something changes that may help them. */
  private readonly waiting = new WaitingList();
  private readonly keptNodes: KeptNodes;
  /** Workloads that wait until their quota is known. */
  private readonly awaitingQuota = new Set<string>();
  private readonly backoff = new ExponentialBackoff();
  private readonly problems = new Problems();
  private readonly starts = new StartWatch();
  private readonly rejections = new RejectionWatch();
  private readonly rejectingNodes = new RejectingNodes();
  private readonly admitted = new AdmittedRequests();
  private readonly inFlight = new InFlight(() => this.on.onFree?.());
  private readonly refs: WorkloadRefs;
  private readonly spans: WorkloadSpans;
  private readonly quota: QuotaCache;
  private readonly reservationPods: ReservationController;
  private readonly healer: DeviceHealer;
  private readonly objects: ObjectController;
  private readonly gatherer: Gatherer;
  private readonly decider: Decider;
  private readonly committer: Committer;
  private readonly reporter: StateReporter;
  private readonly mig: MigController | undefined;

  constructor(private readonly on: ReconcilerDependencies) {
    const { tracing = untraced, clock, policyOf, refs = new WorkloadRefs(), onError } = on;
    const again = (id: string, error: unknown): void => this.again(id, error);
    const enqueue = (id: string): void => this.enqueue(id);
    const onClusterError = (error: unknown): void => onError('', error);
    const { queue, problems } = this;
    this.refs = refs;
    this.quota = new QuotaCache(on.orgUnits);
    const spans = new WorkloadSpans({ tracing, now: () => clock.now(), ...maybe('policyOf', policyOf) });
    const reservationPods = new ReservationController({
      ...on,
      timing: on.reservationTiming,
      onError: onClusterError,
    });
    const onStep = (): void => on.onFree?.();
    const mig =
      on.mig && new MigController({ ...on.mig, clock, drain: enqueue, onStep, onError: onClusterError });
    const objects = new ObjectController({ ...on, problems, again });
    const enqueueAt = (id: string, at: number): void => queue.add(id, at);
    const replicas = new ReplicaController({
      ...{ ...on, objects, reservationPods, problems, again, enqueueAt },
      admitted: this.admitted,
    });
    const healer = new DeviceHealer({
      ...on,
      avoid: (group) => reservationPods.avoid(group),
      enqueueAt,
      onError: onClusterError,
    });
    this.healer = healer;
    const { keepNodeAfterMs = 0 } = on;
    this.keptNodes = new KeptNodes({
      waiting: () => this.waiting.all(),
      now: () => clock.now(),
      afterMs: keepNodeAfterMs,
      onBegun: ({ workloadId }) => queue.add(workloadId, clock.now(), 'freed'),
      onEnded: ({ pool }) => this.capacityChanged({ ...ANYTHING, node: maybe('pool', pool) }),
    });
    this.spans = spans;
    this.reservationPods = reservationPods;
    this.objects = objects;
    this.mig = mig;
    this.gatherer = new Gatherer({ ...on, quota: this.quota, queue, mig, again });
    const { awaitingQuota, starts, rejections, rejectingNodes } = this;
    this.decider = new Decider({
      ...on,
      refs,
      spans,
      awaitingQuota,
      reserver: this.keptNodes,
      starts,
      rejections,
      rejectingNodes,
      admitted: this.admitted,
      mig,
      reservationPods,
      healer,
      again,
    });
    this.committer = new Committer({
      ...on,
      replicas,
      objects,
      reservationPods,
      problems,
      enqueue,
      enqueueAt,
      again,
    });
    this.reporter = new StateReporter({ ...on, objects, problems, spans, healer, rejectingNodes });
  }

  /**
   * Runs one reconcile cycle. Returns the number of keys it handled, once their plans are decided. Commit and report
   * continue in the background; later cycles already count the assumed replicas, so no workload waits for the creation
   * of another workload's replica.
   */
  async reconcileCycle(): Promise<number> {
    this.healer.heal();
    this.offerFreed();
    const { seen } = this.waiting;
    // 1. Gather the workloads that are due, as they are in the database, and the quota.
    const gathered = await this.gatherer.gather(() => this.capacity);
    // 2. Decide a plan for each of them on one model of the cluster.
    const decisions = this.decider.decide(gathered);
    // A project or department came in between.
    if (gathered.rows.length > 0 && !this.quota.isCurrent(gathered.quota)) this.wakeAwaitingQuota();
    this.noteWaiting(gathered.keys, decisions, seen);
    // 3. Assume the planned replicas.
    const assumed = decisions.map((decision) => this.committer.assume(decision));
    this.reservationPods.removeIdle();
    for (const decision of assumed)
      this.inBackground(decision, gathered.urgent, async () => {
        // 4. Commit the plan to the cluster.
        const isComplete = await this.committer.commit(decision);
        // 5. Report what changed.
        if (isComplete) await this.report(decision);
      });
    return gathered.keys.length;
  }

  /** Enqueues a workload that may have changed. */
  enqueue(workloadId: string): void {
    this.queue.add(workloadId, this.on.clock.now());
  }

  /** Enqueues a workload with a pending command ahead of those that only changed. */
  enqueueUrgent(workloadId: string): void {
    this.queue.addUrgent(workloadId, this.on.clock.now());
  }

  /** Enqueues a workload after a pod change; a short delay combines bursts of three or four changes. */
  changed(workloadId: string): void {
    this.queue.add(workloadId, this.on.clock.now() + SETTLE_MS);
  }

  /** Something may have become free: those of the waiting workloads that it may help are decided again, oldest first. */
  capacityChanged(change: CapacityChange = ANYTHING): void {
    this.waiting.changed(change);
  }

  /** A project or department has changed; `id` is that of the organisation unit, absent if it may be any. */
  orgUnitsChanged(id?: string): void {
    this.quota.forget();
    this.wakeAwaitingQuota();
    this.capacityChanged({ kinds: ['quota'], ...(id === undefined ? {} : { units: [id] }) });
  }

  private wakeAwaitingQuota(): void {
    for (const id of this.awaitingQuota) this.enqueue(id);
  }

  /** Enqueues the workloads that refer to a claim or class which was created or changed and which have a problem. */
  surroundingsChanged(change: SurroundingsChange = {}): void {
    for (const id of new Set([...this.problems.ids, ...this.objects.waiting]))
      if (this.objects.refersTo(id, change)) this.enqueue(id);
  }

  /** Enqueues all workloads that still exist, which covers missed wake-ups. Returns their number. */
  async resync(): Promise<number> {
    this.reservationPods.resync();
    this.quota.forget();
    const ids = await this.on.workloads.active();
    for (const id of ids) this.queue.add(id, this.on.clock.now(), 'resync');
    return ids.length;
  }

  /** Milliseconds until the next work is due; undefined if only a wake-up can bring work. */
  waitMs(): number | undefined {
    this.offerFreed();
    return this.reservationPods.hasWork ? 0 : this.queue.waitMs(this.on.clock.now(), this.capacity);
  }

  /** Workloads with replicas that fit on no node, as of the last reconcile of each. */
  get pending(): readonly WaitingWorkload[] {
    return this.waiting.waitingAt(this.on.clock.now());
  }

  /** Keys that are due and the time for which the one that waits longest has been due. */
  get backlog(): Backlog {
    return this.queue.backlog(this.on.clock.now());
  }

  /** Number of workloads that get no GPU until their quota is known in the versions that their commands name. */
  get awaitingQuotaCount(): number {
    return this.awaitingQuota.size;
  }

  /** Replicas of a workload without a place and why, as of its last reconcile; undefined if there are none. */
  unplacedOf(workloadId: string): PendingReplicas | undefined {
    return this.waiting.get(workloadId);
  }

  /** The latest start of a workload, if it took too long and no replica has become ready since. */
  failedStartOf(workloadId: string): FailedStart | undefined {
    return this.starts.failedOf(workloadId);
  }

  /** Reference of a workload; undefined if it has not been reconciled yet or has been deleted. */
  refOf(workloadId: string): WorkloadRef | undefined {
    return this.refs.of(workloadId);
  }

  /** The nodes without the devices that could not be reserved: what placement may use. */
  usable(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
    return this.reservationPods.usable(nodes);
  }

  /** Placement that keeps off the nodes that rejected replicas lately. */
  offRejectingNodes(place: Place): Place {
    return offRejectingNodes(place, this.rejectingNodes, () => this.on.clock.now());
  }

  /** A request as the next reconcile would decide it: with what admission adds, off the nodes that rejected replicas. */
  asDecided(request: ReplicaRequest): ReplicaRequest {
    return avoiding(this.admitted.raised(request), this.rejectingNodes, this.on.clock.now());
  }

  /** Nodes that are kept for those who wait longest, for placements that decide nothing. */
  get keeping(): NodeReserver {
    return { choose: () => this.keptNodes.all };
  }

  /** Resolves once no reconcile is in flight, nor what cycles do beside them. */
  async settled(): Promise<void> {
    await this.healer.settled();
    await Promise.all([this.inFlight.settled(), this.mig?.settled(), this.reservationPods.settled()]);
  }

  /** Enqueues the waiting workloads whose turn it is. */
  private offerFreed(): void {
    const now = this.on.clock.now();
    for (const id of this.waiting.next((one) => !this.problems.keepFromPlacing(one)))
      this.queue.add(id, now, 'freed');
  }

  /** The workload waits for no capacity any more. */
  private settle(id: string): void {
    this.waiting.settled(id);
    this.keptNodes.end(id);
  }

  /** Notes who waits for capacity at once: what becomes free while a decision is committed must not be missed. */
  private noteWaiting(keys: readonly string[], decisions: readonly WorkloadDecision[], seen: number): void {
    for (const { compiled, plan } of decisions) {
      const { ref, createdAt } = compiled.workload;
      if (plan.unschedulable === undefined) this.settle(ref.workloadId);
      else {
        const { unplaced: replicas, verdict, request = replicaRequest(compiled, '') } = plan.unschedulable;
        const { message, rejected } = verdict;
        const waitingSince = this.waitingSince(compiled.workload);
        const isAvoided = rejected.some(({ code }) => code === 'NodeAvoided');
        const awaitsQuota = this.awaitingQuota.has(ref.workloadId);
        const alone = isAvoided || awaitsQuota;
        const refused = {
          ref,
          createdAt,
          request: this.admitted.raised(request),
          replicas,
          verdict: message,
          rejected,
          alone,
          awaitsQuota,
          waitingSince,
        };
        this.waiting.refused(ref.workloadId, refused, seen);
      }
    }
    for (const key of keys) this.waiting.passed(key);
  }

  /** As the record says, so that a new leader goes on counting; never later than now, whoever's clock wrote it. */
  private waitingSince({ state }: AcceptedWorkload): number {
    const now = this.on.clock.now();
    const known = state.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
    return known === undefined ? now : Math.min(now, Date.parse(known.lastTransitionTime));
  }

  private get capacity(): Capacity {
    return capacityOf(this.inFlight, this.queue, this.on.clock.now());
  }

  /** Runs `work` for a workload; a failure enqueues it again. */
  private inBackground(
    decision: AssumedDecision,
    urgent: ReadonlySet<string>,
    work: () => Promise<void>,
  ): void {
    const id = decision.compiled.workload.ref.workloadId;
    const run = async (): Promise<void> => {
      try {
        await this.spans.causing(decision.below, work);
      } catch (error) {
        this.again(id, error);
      } finally {
        decision.forget();
      }
    };
    this.inFlight.begin(id, urgent.has(id), run);
  }

  private async report(decision: WorkloadDecision): Promise<void> {
    const id = decision.compiled.workload.ref.workloadId;
    if (!(await this.reporter.report(decision))) this.forget(id);
    if (!this.problems.has(id)) this.backoff.end(id);
  }

  /** Drops all that is cached about a workload that has gone. */
  private forget(id: string): void {
    this.problems.clear(id);
    this.objects.forget(id);
    this.settle(id);
    this.awaitingQuota.delete(id);
    this.refs.forget(id);
    this.spans.forget(id);
    this.starts.forget(id);
    this.rejections.forget(id);
    this.admitted.forget(id);
    this.capacityChanged();
  }

  /** Retries with exponential backoff. */
  private again(id: string, error: unknown): void {
    this.queue.add(id, this.on.clock.now() + this.backoff.next(id));
    this.on.onError(id, error);
  }
}
