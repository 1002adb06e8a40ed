import type { LostNode, NodeStatus } from '@tessera/application-reconciliation';
import type { Clock } from '@tessera/kernel';
import type { NodeWire } from '../api/wire';

/** Tracks node loss. For a deleted node it stores when the deletion was first seen; a restart resets this. */
export class NodeHealth {
  private readonly goneSince = new Map<string, number>();
  private readonly ready = new Map<string, boolean>();

  constructor(private readonly clock: Clock) {}

  /** Records a change of a node (undefined: deleted). Returns true if the node became lost or available by it. */
  see(name: string, node: NodeWire | undefined): boolean {
    const before = this.ready.get(name);
    const now = node !== undefined && isReady(node);
    if (node === undefined) this.ready.delete(name);
    else {
      this.ready.set(name, now);
      this.goneSince.delete(name);
    }
    return before !== now;
  }

  lost(name: string, node: NodeWire | undefined): LostNode | undefined {
    if (node === undefined) {
      const since = this.goneSince.get(name) ?? this.clock.now();
      this.goneSince.set(name, since);
      return { node: name, since, gone: true };
    }
    if (isReady(node)) return undefined;
    const changed = Date.parse(readyOf(node)?.lastTransitionTime ?? node.metadata.creationTimestamp);
    return { node: name, since: Number.isNaN(changed) ? this.clock.now() : changed, gone: false };
  }
}

const readyOf = ({ status }: NodeWire) => status?.conditions?.find(({ type }) => type === 'Ready');
const isReady = (node: NodeWire): boolean => readyOf(node)?.status === 'True';

/** What Kubernetes reports of a node beyond what placement uses. */
export const nodeStatus = ({ metadata, status }: NodeWire): NodeStatus => ({
  name: metadata.name,
  uid: metadata.uid,
  createdAt: metadata.creationTimestamp,
  conditions: (status?.conditions ?? []).map(
    ({ type, status: value, reason, message, lastTransitionTime }) => ({
      type,
      status: value,
      reason: reason ?? '',
      message: message ?? '',
      lastTransitionTime: lastTransitionTime ?? metadata.creationTimestamp,
    }),
  ),
});
