import { maybe } from '@tessera/kernel';
import type { LostNode } from '../model/cluster';
import type { ReplicaPod } from '../model/replica';
import type { LostReplicas } from '../rollout/node-loss';
import { DISRUPTION_LIMITS, disruptions, type DisruptionLimits, type DisruptionNode } from './disruption';

/** After this time a replica that is kept although its node is lost is decided on again, ms. */
const AGAIN_MS = 5_000;
/** How long a released replica whose successor is not planned delays the release of others, ms. */
const RELEASED_MS = 10_000;
/** While a released replica has no successor yet, others are decided on again after this time, ms. */
const NEXT_MS = 200;

/** Input of the decision about the overdue replicas of one workload. */
export interface ReleaseQuestion {
  readonly workloadId: string;
  /** All replicas of the workload that exist. */
  readonly found: readonly ReplicaPod[];
  /** The workload is being deleted: its replicas get no successors. */
  readonly removed: boolean;
  /** Those whose node has been lost for longer than tolerated. */
  readonly overdue: LostReplicas;
  readonly lostNode: (node: string) => LostNode | undefined;
  /** True if a successor would have a place once the replica has gone. */
  readonly fitsElsewhere: (pod: ReplicaPod) => boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: number;
}

/**
 * Limits the deletion of replicas on lost nodes, so that a network partition of the control plane does not end replicas
 * that still serve. The replicas of a pool's lost nodes are replaced one node after another, none while most of the
 * pool is lost ({@link disruptions}), and a replica is deleted only if its successor has a place. Those of deleted
 * nodes are replaced at once.
 */
export class NodeLossGuard {
  /** Lost nodes whose replicas may be replaced, with the start of that loss. */
  private readonly evicted = new Map<string, number>();
  /** When the replicas of the next node of a pool may be replaced. */
  private readonly nextAt = new Map<string, number>();
  /** The last replica that was released, until its successor is planned. */
  private released: { readonly workloadId: string; readonly uid: string; readonly until: number } | undefined;

  constructor(private readonly limits: DisruptionLimits = DISRUPTION_LIMITS) {}

  /** Decides which of the overdue replicas are deleted, and why the others are kept. */
  release(question: ReleaseQuestion, nodes: () => readonly DisruptionNode[]): LostReplicas {
    const { workloadId, found, overdue } = question;
    const { released } = this;
    if (released?.workloadId === workloadId && !found.some(({ uid }) => uid === released.uid))
      this.released = undefined;
    if (overdue.lost.length === 0) return overdue;
    const lost: ReplicaPod[] = [];
    const spared = new Map<string, string>();
    const times = overdue.reconcileAt === undefined ? [] : [overdue.reconcileAt];
    for (const pod of overdue.lost) {
      const kept = this.whyKept(pod, question, nodes);
      if (kept === undefined) lost.push(pod);
      else {
        if (kept.why !== undefined) spared.set(pod.uid, kept.why);
        times.push(kept.until);
      }
    }
    return { lost, spared, ...maybe('reconcileAt', times.length === 0 ? undefined : Math.min(...times)) };
  }

  private whyKept(
    pod: ReplicaPod,
    { workloadId, removed, lostNode, fitsElsewhere, now }: ReleaseQuestion,
    nodes: () => readonly DisruptionNode[],
  ): Kept | undefined {
    const node = pod.nodeName === undefined ? undefined : lostNode(pod.nodeName);
    if (removed || node === undefined || node.gone) return undefined;
    const kept = this.evict(node, nodes(), now);
    if (kept !== undefined || pod.terminating) return kept;
    if (this.released !== undefined && this.released.until > now) return { until: now + NEXT_MS };
    if (!fitsElsewhere(pod))
      return { why: 'no other node has a place for its successor, so it is kept', until: now + AGAIN_MS };
    this.released = { workloadId, uid: pod.uid, until: now + RELEASED_MS };
    return undefined;
  }

  private evict({ node, since }: LostNode, nodes: readonly DisruptionNode[], now: number): Kept | undefined {
    const { pool = '' } = nodes.find(({ name }) => name === node) ?? {};
    const state = disruptions(nodes, this.limits).get(pool);
    const rate = state?.nodesPerSecond ?? this.limits.nodesPerSecond;
    if (rate === 0) {
      const which = pool === '' ? 'without a pool' : `of the pool ${pool}`;
      const share = state?.disruption === 'full' ? 'no node' : 'only a minority of the nodes';
      const verb = state?.disruption === 'full' ? 'is' : 'are';
      const why = `${share} ${which} ${verb} ready, so the replica is kept and serves again once its node is back`;
      return { why, until: now + AGAIN_MS };
    }
    if (this.evicted.get(node) === since) return undefined;
    const nextAt = this.nextAt.get(pool) ?? now;
    if (nextAt > now)
      return {
        why: 'replicas of lost nodes are replaced one node after another, so it is kept for now',
        until: nextAt,
      };
    this.evicted.set(node, since);
    this.nextAt.set(pool, now + 1_000 / rate);
    return undefined;
  }
}

interface Kept {
  /** Absent where it only waits for its turn. */
  readonly why?: string;
  /** When to decide again. */
  readonly until: number;
}
