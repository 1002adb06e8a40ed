import { endOf, joined, type Allocation, type Ending } from './allocation';

/** The pods of a workload that held a share at one moment; all others of the workload held none. */
export interface Snapshot extends Ending {
  readonly workloadId: string;
  readonly holding: ReadonlySet<string>;
}

/** Statements of events about allocations. */
export interface Evidence {
  /** Pods that were named, each as the event describes it. */
  readonly named: readonly Allocation[];
  readonly snapshots: readonly Snapshot[];
}

/** A change of an allocation: before, if it was known, and after. */
export interface AllocationChange {
  readonly before?: Allocation | undefined;
  readonly after: Allocation;
}

/**
 * The changes that the evidence makes to the known allocations: start or end of a pod, or an ending that may count
 * later. `known` has the named pods, and those of the snapshots' workloads that have no end.
 */
export function changesBy(known: readonly Allocation[], evidence: Evidence): readonly AllocationChange[] {
  const before = new Map(known.map((allocation) => [allocation.podId, allocation]));
  const after = new Map(before);
  for (const named of evidence.named) {
    const found = after.get(named.podId);
    after.set(named.podId, found === undefined ? named : joined(found, named));
  }
  for (const snapshot of evidence.snapshots)
    for (const [podId, allocation] of after)
      if (allocation.workloadId === snapshot.workloadId && !snapshot.holding.has(podId))
        after.set(podId, joined(allocation, { ...allocation, missed: endingOf(snapshot) }));
  return [...after.values()].flatMap((allocation) => {
    const old = before.get(allocation.podId);
    return old !== undefined && isSame(old, allocation) ? [] : [{ before: old, after: allocation }];
  });
}

const endingOf = ({ sequence, at }: Snapshot): Ending => ({ sequence, at });

/** A later event in which a share without an end is still held adds nothing. */
function isSame(one: Allocation, other: Allocation): boolean {
  const hasEnding = one.released !== undefined || one.missed !== undefined;
  return (
    one.startedAt === other.startedAt &&
    one.released?.sequence === other.released?.sequence &&
    one.missed?.sequence === other.missed?.sequence &&
    (!hasEnding || one.heldSequence === other.heldSequence)
  );
}

/**
 * From when on the GPU time of the allocation differs, milliseconds since the epoch; undefined where it is the same at
 * all times.
 */
export function differsFrom({ before, after }: AllocationChange): number | undefined {
  if (before === undefined) return after.startedAt;
  if (before.startedAt !== after.startedAt) return Math.min(before.startedAt, after.startedAt);
  const [old, end] = [endOf(before), endOf(after)];
  return old === end ? undefined : Math.min(old ?? Infinity, end ?? Infinity);
}
