import { maybe, type Clock } from '@tessera/kernel';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import type { AdmittedRequests } from '../placement/admitted-requests';
import { replicaRequest } from '../placement/request';
import type { ReplicaPlan } from '../rollout/rollout-plan';
import { ANYTHING, type CapacityChange } from './capacity-change';
import { KeptNodes, type NodeReserver } from './kept-nodes';
import { WaitingList, type PendingReplicas, type WaitingWorkload } from './waiting-list';

interface WaitingDependencies {
  readonly clock: Clock;
  /** How long a workload waits before a node is kept for it, ms; 0 keeps none. */
  readonly keepNodeAfterMs: number;
  readonly admitted: Pick<AdmittedRequests, 'raised'>;
  /** Whether problems of its own keep a workload from being placed. */
  readonly isBlocked: (workloadId: string) => boolean;
  readonly enqueue: (workloadId: string) => void;
  /** Enqueues a workload for which something may have become free. */
  readonly enqueueFreed: (workloadId: string) => void;
}

/** The part of a decision that says whether the workload waits. */
interface Decided {
  readonly compiled: CompiledWorkload;
  readonly plan: Pick<ReplicaPlan, 'unschedulable'>;
}

/** Workloads that wait for capacity or for their quota, and whose turn it is once that may have come. */
export class WaitingWorkloads {
  /** With a replica that fits on no node; decided again once something changes that may help them. */
  private readonly list = new WaitingList();
  private readonly keptNodes: KeptNodes;
  /** Those that get no GPU until their quota is known. */
  readonly awaitingQuota = new Set<string>();

  constructor(private readonly on: WaitingDependencies) {
    this.keptNodes = new KeptNodes({
      waiting: () => this.list.all(),
      now: () => on.clock.now(),
      afterMs: on.keepNodeAfterMs,
      onBegun: ({ workloadId }) => on.enqueueFreed(workloadId),
      onEnded: ({ pool }) => this.capacityChanged({ ...ANYTHING, node: maybe('pool', pool) }),
    });
  }

  /** Chooses the nodes that are kept for the workloads that have waited longest. */
  get reserver(): NodeReserver {
    return this.keptNodes;
  }

  /** The nodes that are kept now, for placements that decide nothing. */
  get keeping(): NodeReserver {
    return { choose: () => this.keptNodes.all };
  }

  /** Number of changes of capacity so far; see {@link note}. */
  get seen(): number {
    return this.list.seen;
  }

  /** Workloads with replicas that fit on no node, as of the last reconcile of each. */
  get pending(): readonly WaitingWorkload[] {
    return this.list.waitingAt(this.on.clock.now());
  }

  /** Replicas of a workload without a place and why; undefined if there are none. */
  get(workloadId: string): PendingReplicas | undefined {
    return this.list.get(workloadId);
  }

  /** Something may have become free. */
  capacityChanged(change: CapacityChange): void {
    this.list.changed(change);
  }

  /** The quota has changed: those that wait for it are decided again. */
  quotaChanged(): void {
    for (const id of this.awaitingQuota) this.on.enqueue(id);
  }

  /** Enqueues the waiting workloads whose turn it is. */
  offerFreed(): void {
    for (const id of this.list.next((one) => !this.on.isBlocked(one))) this.on.enqueueFreed(id);
  }

  /**
   * Notes which of the decided workloads wait for capacity, at once: what becomes free while a decision is committed must
   * not be missed. `keys` are all that were to be decided, `seen` the number from before their input was read.
   */
  note(keys: readonly string[], decisions: readonly Decided[], seen: number): void {
    for (const { compiled, plan } of decisions)
      if (plan.unschedulable === undefined) this.settle(compiled.workload.ref.workloadId);
      else this.refuse(compiled, plan.unschedulable, seen);
    for (const key of keys) this.list.passed(key);
  }

  /** Drops the workload, which has gone. */
  forget(workloadId: string): void {
    this.settle(workloadId);
    this.awaitingQuota.delete(workloadId);
  }

  private refuse(
    compiled: CompiledWorkload,
    unschedulable: NonNullable<ReplicaPlan['unschedulable']>,
    seen: number,
  ): void {
    const { ref, createdAt } = compiled.workload;
    const { unplaced: replicas, verdict, request = replicaRequest(compiled, '') } = unschedulable;
    const { message, rejected } = verdict;
    const isAvoided = rejected.some(({ code }) => code === 'NodeAvoided');
    const awaitsQuota = this.awaitingQuota.has(ref.workloadId);
    const refused = {
      ref,
      createdAt,
      request: this.on.admitted.raised(request),
      replicas,
      verdict: message,
      rejected,
      alone: isAvoided || awaitsQuota,
      awaitsQuota,
      waitingSince: this.waitingSince(compiled.workload),
    };
    this.list.refused(ref.workloadId, refused, seen);
  }

  /** Removes the workload from those that wait for capacity. */
  private settle(workloadId: string): void {
    this.list.settled(workloadId);
    this.keptNodes.end(workloadId);
  }

  /**
   * From the stored condition, so that a new leader continues the count; never later than now, because another clock
   * may have written it.
   */
  private waitingSince({ state }: AcceptedWorkload): number {
    const now = this.on.clock.now();
    const known = state.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
    return known === undefined ? now : Math.min(now, Date.parse(known.lastTransitionTime));
  }
}
