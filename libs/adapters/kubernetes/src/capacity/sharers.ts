import { groupKey, groupsOf, hasEnded, type ReplicaPod } from '@tessera/application-reconciliation';

/** The replicas that share a device and have not ended, by group. */
export class Sharers {
  private readonly byGroup = new Map<string, Set<string>>();

  /** `onIdle` is called with each group that lost its last replica. */
  constructor(private readonly onIdle: (group: string) => void) {}

  has(group: string): boolean {
    return this.byGroup.has(group);
  }

  /** Keys of the replicas of a group. */
  of(group: string): Iterable<string> {
    return this.byGroup.get(group) ?? [];
  }

  /**
   * Records that the replica with this key changed from `before` to `after`; undefined if it did not or does not exist.
   */
  take(key: string, before: ReplicaPod | undefined, after: ReplicaPod | undefined): void {
    const kept = new Set(sharedGroups(after));
    for (const group of kept) {
      const keys = this.byGroup.get(group) ?? new Set();
      this.byGroup.set(group, keys.add(key));
    }
    for (const group of sharedGroups(before)) {
      const keys = this.byGroup.get(group);
      if (kept.has(group) || keys === undefined) continue;
      keys.delete(key);
      if (keys.size > 0) continue;
      this.byGroup.delete(group);
      this.onIdle(group);
    }
  }
}

/** The groups in which a replica has a share. */
const sharedGroups = (replica: ReplicaPod | undefined): readonly string[] =>
  replica === undefined || hasEnded(replica) ? [] : groupsOf(replica.allocation).map(groupKey);
