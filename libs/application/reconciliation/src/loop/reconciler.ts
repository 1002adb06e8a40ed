import type { WorkloadRef } from '@tessera/contracts-events';
import type { ClusterNode, ReplicaRequest } from '@tessera/domain-placement';
import type { Placer } from '../placement/placer';
import { avoiding, offRejectingNodes } from '../placement/rejecting-nodes';
import type { FailedStart } from '../rollout/slow-start';
import { ANYTHING, type CapacityChange } from '../waiting/capacity-change';
import type { NodeReserver } from '../waiting/kept-nodes';
import type { SurroundingsChange } from '../waiting/surroundings-change';
import type { PendingReplicas, WaitingWorkload } from '../waiting/waiting-list';
import { WaitingWorkloads } from '../waiting/waiting-workloads';
import type { AssumedDecision } from './commit';
import { controllersOf, type Controllers, type Enqueueing } from './controllers';
import type { WorkloadDecision } from './decision';
import type { ReconcilerDependencies } from './dependencies';
import { ExponentialBackoff } from './queue/backoff';
import { capacityOf } from './queue/capacity';
import { InFlight } from './queue/in-flight';
import { WorkQueue, type Backlog, type Capacity } from './queue/work-queue';
import { CycleState } from './cycle-state';
import { stepsOf, type Steps } from './steps';

/** Pod changes within this time are combined into one reconcile, ms. */
const SETTLE_MS = 100;

/**
 * Drives the cluster towards the desired states, one reconcile cycle at a time: gathers rows and pods of the keys that
 * may have changed, decides on one model of the cluster, commits idempotent writes, and reports the difference from the
 * last reported state. Each cycle re-reads all of its input, so a lost or duplicate notification costs only time.
 */
export class Reconciler {
  private readonly queue = new WorkQueue();
  private readonly backoff = new ExponentialBackoff();
  private readonly inFlight = new InFlight(() => this.on.onFree?.());
  private readonly state: CycleState;
  private readonly waiting: WaitingWorkloads;
  private readonly controllers: Controllers;
  private readonly steps: Steps;

  constructor(private readonly on: ReconcilerDependencies) {
    const { clock, keepNodeAfterMs = 0 } = on;
    const { queue } = this;
    const enqueueing: Enqueueing = {
      enqueue: (id) => this.enqueue(id),
      enqueueAt: (id, at) => queue.add(id, at),
      again: (id, error) => this.again(id, error),
    };
    this.state = new CycleState(on);
    const { admitted, problems } = this.state;
    this.waiting = new WaitingWorkloads({
      ...{ clock, keepNodeAfterMs, admitted },
      isBlocked: (id) => problems.keepFromPlacing(id),
      enqueue: enqueueing.enqueue,
      enqueueFreed: (id) => queue.add(id, clock.now(), 'freed'),
    });
    this.controllers = controllersOf(on, this.state, enqueueing);
    this.steps = stepsOf(on, this.state, this.controllers, { ...enqueueing, queue, waiting: this.waiting });
  }

  /**
   * Runs one reconcile cycle. Returns the number of keys it handled, once their plans are decided. Commit and report
   * continue in the background; later cycles already count the assumed replicas, so no workload waits for the creation
   * of another workload's replica.
   */
  async reconcileCycle(): Promise<number> {
    const { gatherer, decider, committer } = this.steps;
    // 1. Gather the workloads that are due, as they are in the database, and the quota.
    const gathered = await gatherer.gather(() => this.capacity);
    // 2. Decide a plan for each of them on one model of the cluster.
    const decisions = decider.decide(gathered);
    // 3. Assume the planned replicas.
    const assumed = committer.assume(decisions);
    for (const decision of assumed)
      this.inBackground(decision, gathered.urgent, async () => {
        // 4. Commit the plan to the cluster.
        const isComplete = await committer.commit(decision);
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
    this.waiting.capacityChanged(change);
  }

  /** A project or department has changed; `id` is that of the organisation unit, absent if it may be any. */
  orgUnitsChanged(id?: string): void {
    this.state.quota.forget();
    this.waiting.quotaChanged();
    this.capacityChanged({ kinds: ['quota'], ...(id === undefined ? {} : { orgUnits: [id] }) });
  }

  /** Enqueues the workloads that refer to a claim or class which was created or changed and which have a problem. */
  surroundingsChanged(change: SurroundingsChange = {}): void {
    const { objects } = this.controllers;
    for (const id of new Set([...this.state.problems.ids, ...objects.waiting]))
      if (objects.refersTo(id, change)) this.enqueue(id);
  }

  /** Enqueues all workloads that still exist, which covers missed notifications. Returns their number. */
  async resync(): Promise<number> {
    this.controllers.reservationPods.resync();
    this.controllers.healer.resync();
    this.state.quota.forget();
    const ids = await this.on.workloads.active();
    for (const id of ids) this.queue.add(id, this.on.clock.now(), 'resync');
    return ids.length;
  }

  /** Milliseconds until the next work is due; undefined if only a notification can bring work. */
  waitMs(): number | undefined {
    this.waiting.offerFreed();
    return this.controllers.reservationPods.hasWork
      ? 0
      : this.queue.waitMs(this.on.clock.now(), this.capacity);
  }

  /** Workloads with replicas that fit on no node, as of the last reconcile of each. */
  get pending(): readonly WaitingWorkload[] {
    return this.waiting.pending;
  }

  /** Keys that are due and the time for which the one that waits longest has been due. */
  get backlog(): Backlog {
    return this.queue.backlog(this.on.clock.now());
  }

  /** Number of workloads that get no GPU until their quota is known in the versions that their commands name. */
  get awaitingQuotaCount(): number {
    return this.waiting.awaitingQuota.size;
  }

  /** Replicas of a workload without a place and why, as of its last reconcile; undefined if there are none. */
  unplacedOf(workloadId: string): PendingReplicas | undefined {
    return this.waiting.get(workloadId);
  }

  /** The latest start of a workload, if it took too long and no replica has become ready since. */
  failedStartOf(workloadId: string): FailedStart | undefined {
    return this.state.starts.failedOf(workloadId);
  }

  /** Reference of a workload; undefined if it has not been reconciled yet or has been deleted. */
  refOf(workloadId: string): WorkloadRef | undefined {
    return this.state.refs.of(workloadId);
  }

  /** The nodes without the devices that could not be reserved: what placement may use. */
  usable(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
    return this.controllers.reservationPods.usable(nodes);
  }

  /** Placement that avoids the nodes that recently rejected replicas. */
  offRejectingNodes(place: Placer): Placer {
    return offRejectingNodes(place, this.state.rejectingNodes, () => this.on.clock.now());
  }

  /** A request as the next reconcile would decide it: with what admission adds, and without the nodes to avoid. */
  asDecided(request: ReplicaRequest): ReplicaRequest {
    const { admitted, rejectingNodes } = this.state;
    return avoiding(admitted.raised(request), rejectingNodes, this.on.clock.now());
  }

  /** Nodes that are kept for the workloads that have waited longest, for placements that change nothing. */
  get keeping(): NodeReserver {
    return this.waiting.keeping;
  }

  /** Resolves once no reconcile and no background work of a cycle is in flight. */
  async settled(): Promise<void> {
    const { healer, mig, reservationPods } = this.controllers;
    await healer.settled();
    await Promise.all([this.inFlight.settled(), mig?.settled(), reservationPods.settled()]);
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
        await this.state.spans.causing(decision.below, work);
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
    if (!(await this.steps.reporter.report(decision))) this.forget(id);
    if (!this.state.problems.has(id)) this.backoff.end(id);
  }

  /** Drops everything cached about a workload that no longer exists. */
  private forget(id: string): void {
    this.state.forget(id);
    this.controllers.objects.forget(id);
    this.waiting.forget(id);
    this.capacityChanged();
  }

  /** Retries with exponential backoff. */
  private again(id: string, error: unknown): void {
    this.queue.add(id, this.on.clock.now() + this.backoff.next(id));
    this.on.onError(id, error);
  }
}
