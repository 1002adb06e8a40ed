import type { ReplicaPod } from '@tessera/application-reconciliation';

const NONE: readonly ReplicaPod[] = [];

/** Replicas indexed by key, workload and node. A list stays the same object until one of its replicas changes. */
export class ReplicaIndex {
  private readonly byKey = new Map<string, ReplicaPod>();
  private readonly byWorkload = new Map<string, readonly ReplicaPod[]>();
  private readonly byNode = new Map<string, readonly ReplicaPod[]>();

  get(key: string): ReplicaPod | undefined {
    return this.byKey.get(key);
  }

  all(): IterableIterator<ReplicaPod> {
    return this.byKey.values();
  }

  ofWorkload(id: string): readonly ReplicaPod[] {
    return this.byWorkload.get(id) ?? NONE;
  }

  onNode(name: string): readonly ReplicaPod[] {
    return this.byNode.get(name) ?? NONE;
  }

  put(key: string, replica: ReplicaPod): void {
    const before = this.byKey.get(key);
    this.byKey.set(key, replica);
    replace(this.byWorkload, before?.workloadId, replica.workloadId, before, replica);
    replace(this.byNode, before?.nodeName, replica.nodeName, before, replica);
  }

  remove(key: string): void {
    const before = this.byKey.get(key);
    if (before === undefined) return;
    this.byKey.delete(key);
    replace(this.byWorkload, before.workloadId, undefined, before, undefined);
    replace(this.byNode, before.nodeName, undefined, before, undefined);
  }
}

/** Replaces `before` by `after`; the two may belong to different lists. */
function replace(
  lists: Map<string, readonly ReplicaPod[]>,
  from: string | undefined,
  to: string | undefined,
  before: ReplicaPod | undefined,
  after: ReplicaPod | undefined,
): void {
  if (from !== undefined && from === to && before !== undefined && after !== undefined) {
    lists.set(
      from,
      (lists.get(from) ?? NONE).map((one) => (one === before ? after : one)),
    );
    return;
  }
  if (from !== undefined) {
    const rest = (lists.get(from) ?? NONE).filter((one) => one !== before);
    if (rest.length === 0) lists.delete(from);
    else lists.set(from, rest);
  }
  if (to !== undefined && after !== undefined) lists.set(to, (lists.get(to) ?? NONE).concat(after));
}
