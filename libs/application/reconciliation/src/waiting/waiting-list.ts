import type { WorkloadRef } from '@tessera/contracts-events';
import type { ReplicaRequest, Verdict } from '@tessera/domain-placement';
import { mayHelp, type CapacityChange, type Need } from './capacity-change';

/** A workload with replicas that fit on no node. */
export interface PendingReplicas {
  readonly ref: WorkloadRef;
  /** Number of replicas that fit on no node. */
  readonly replicas: number;
  /** Why. */
  readonly verdict: string;
}

/** A workload that waits for capacity, for how long and because of what. */
export interface WaitingWorkload extends PendingReplicas {
  readonly waitingMs: number;
  /**
   * Filter at which those nodes failed that passed most filters, `QuotaUnknown` where no node was asked because the quota
   * is not known yet; undefined in a cluster without nodes.
   */
  readonly reason: Verdict['rejected'][number]['code'] | 'QuotaUnknown' | undefined;
}

/** A workload whose replica was refused. */
export interface RefusedWorkload extends PendingReplicas {
  readonly createdAt: string;
  /** Since when a replica of it fits on no node, ms since the epoch. */
  readonly waitingSince: number;
  readonly request: ReplicaRequest;
  readonly rejected: Verdict['rejected'];
  /** It also waits for something specific to it, so results of other members do not apply to it. */
  readonly alone?: boolean;
  /** Its quota is not known yet. */
  readonly awaitsQuota?: boolean;
}

interface Group {
  need: Need;
  readonly members: Map<string, RefusedWorkload>;
  /** Present from a change that may help until a member is refused again. */
  open?: { readonly offered: Set<string>; readonly outstanding: Set<string>; batch: number };
}

/** Most members of a group that are decided at the same time. */
const MOST = 32;
/** Changes kept for decisions whose input was read before them; for older input every change counts. */
const MAX_KEPT = 256;

/**
 * The workloads with replicas that fit on no node, in groups that placement treats alike. A change that may help a
 * group opens it: its oldest member is decided, and as long as one is placed, more follow, twice as many each time. The
 * first refusal closes it. Thousands of waiting workloads therefore cost one decision for each kind of request.
 */
export class WaitingList {
  private readonly groups = new Map<string, Group>();
  private readonly groupOf = new Map<string, string>();
  private readonly changes: CapacityChange[] = [];
  private sequence = 0;

  /** Number of changes so far; a decision passes the number from before its input was read. */
  get seen(): number {
    return this.sequence;
  }

  /** Something may have become free. */
  changed(change: CapacityChange): void {
    this.sequence += 1;
    this.changes.push(change);
    if (this.changes.length > MAX_KEPT) this.changes.shift();
    for (const group of this.groups.values()) if (mayHelp(change, group.need)) open(group);
  }

  /** A decision refused the workload; its input has all changes up to `seen`. */
  refused(workloadId: string, refused: RefusedWorkload, seen: number): void {
    const key = keyOf(refused);
    if (this.groupOf.get(workloadId) !== key) this.leave(workloadId);
    const need = needOf(refused);
    const group = this.groups.get(key) ?? { need, members: new Map<string, RefusedWorkload>() };
    group.need = need;
    group.members.set(workloadId, refused);
    this.groups.set(key, group);
    this.groupOf.set(workloadId, key);
    delete group.open;
    if (this.helpedSince(seen, need)) open(group);
  }

  /** A decision found a place for all replicas of the workload, or it needs none. */
  settled(workloadId: string): void {
    const group = this.groups.get(this.groupOf.get(workloadId) ?? '');
    if (group?.open?.outstanding.has(workloadId) === true)
      group.open.batch = Math.min(MOST, group.open.batch * 2);
    this.leave(workloadId);
  }

  /** The workload was not decided after all; others of its group have their turn. */
  passed(workloadId: string): void {
    this.groups.get(this.groupOf.get(workloadId) ?? '')?.open?.outstanding.delete(workloadId);
  }

  /** Workloads to decide now, the oldest of each open group. `mayPlace` is false for those that other problems block. */
  next(mayPlace: (workloadId: string) => boolean): readonly string[] {
    const next: (readonly [string, RefusedWorkload])[] = [];
    for (const group of this.groups.values()) {
      if (group.open === undefined) continue;
      const { offered, outstanding, batch } = group.open;
      const found = oldest(group.members, batch - outstanding.size, (id) => !offered.has(id) && mayPlace(id));
      for (const [id] of found) {
        offered.add(id);
        outstanding.add(id);
      }
      next.push(...found);
      if (outstanding.size === 0) delete group.open;
    }
    return next.sort(([, a], [, b]) => byAge(a, b)).map(([id]) => id);
  }

  get(workloadId: string): PendingReplicas | undefined {
    return this.groups.get(this.groupOf.get(workloadId) ?? '')?.members.get(workloadId);
  }

  *all(): IterableIterator<RefusedWorkload> {
    for (const { members } of this.groups.values()) yield* members.values();
  }

  /** All of them with the time that they have waited until `now`. */
  waitingAt(now: number): readonly WaitingWorkload[] {
    return [...this.all()].map(({ ref, replicas, verdict, waitingSince, rejected, awaitsQuota }) => ({
      ref,
      replicas,
      verdict,
      waitingMs: Math.max(0, now - waitingSince),
      reason: rejected.at(-1)?.code ?? (awaitsQuota === true ? 'QuotaUnknown' : undefined),
    }));
  }

  private leave(workloadId: string): void {
    const key = this.groupOf.get(workloadId);
    if (key === undefined) return;
    this.groupOf.delete(workloadId);
    const group = this.groups.get(key);
    group?.members.delete(workloadId);
    group?.open?.outstanding.delete(workloadId);
    if (group?.members.size === 0) this.groups.delete(key);
  }

  private helpedSince(seen: number, need: Need): boolean {
    const since = this.sequence - seen;
    if (since > this.changes.length) return true;
    return since > 0 && this.changes.slice(-since).some((change) => mayHelp(change, need));
  }
}

function open(group: Group): void {
  // Those that were offered before are decided on what changed, too: their turn is still to come.
  const { outstanding, batch } = group.open ?? { outstanding: new Set<string>(), batch: 1 };
  group.open = { offered: new Set(outstanding), outstanding, batch };
}

/** The oldest of those that are eligible, at most so many. */
function oldest(
  members: ReadonlyMap<string, RefusedWorkload>,
  most: number,
  isEligible: (id: string) => boolean,
): readonly (readonly [string, RefusedWorkload])[] {
  const found: (readonly [string, RefusedWorkload])[] = [];
  if (most <= 0) return found;
  for (const member of members) {
    const last = found.at(-1);
    if (found.length >= most && last !== undefined && byAge(last[1], member[1]) <= 0) continue;
    if (!isEligible(member[0])) continue;
    const at = found.findIndex(([, one]) => byAge(one, member[1]) > 0);
    found.splice(at < 0 ? found.length : at, 0, member);
    if (found.length > most) found.pop();
  }
  return found;
}

const byAge = (a: RefusedWorkload, b: RefusedWorkload): number =>
  a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0;

/** Equal for requests that placement treats alike. The nodes of a pod affinity are those of one workload. */
function keyOf({ request: { id: _id, workloadId, ...request }, alone = false }: RefusedWorkload): string {
  return JSON.stringify(request.podAffinity === undefined && !alone ? request : { ...request, workloadId });
}

const needOf = ({ request: { nodePools, projectId, departmentId }, rejected }: RefusedWorkload): Need => ({
  pools: nodePools,
  codes: rejected.map(({ code }) => code),
  projectId,
  departmentId,
});
