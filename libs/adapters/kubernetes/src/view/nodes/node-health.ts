import type { LostNode, NodeStatus } from '@tessera/application-reconciliation';
import type { Clock } from '@tessera/kernel';
import type { NodeWire } from '../../api/wire';

/**
 * Tracks node loss: since when, by its own clock, this process has known of it. Timestamps of the node come from other
 * clocks and are only shown to users; a restart resets the time.
 */
export class NodeHealth {
  private readonly lostSince = new Map<string, number>();
  private readonly ready = new Map<string, boolean>();

  constructor(private readonly clock: Clock) {}

  /** Records a change of a node (undefined: deleted). Returns true if the node became lost or available by it. */
  see(name: string, node: NodeWire | undefined): boolean {
    const before = this.ready.get(name);
    const now = node !== undefined && isReady(node);
    if (node === undefined) this.ready.delete(name);
    else this.ready.set(name, now);
    if (now) this.lostSince.delete(name);
    else this.sinceOf(name);
    return before !== now;
  }

  lost(name: string, node: NodeWire | undefined): LostNode | undefined {
    if (node === undefined) return { node: name, since: this.sinceOf(name), gone: true };
    if (isReady(node)) return undefined;
    const reportedSince = readyOf(node)?.lastTransitionTime ?? node.metadata.creationTimestamp;
    return { node: name, since: this.sinceOf(name), reportedSince, gone: false };
  }

  private sinceOf(name: string): number {
    const since = this.lostSince.get(name) ?? this.clock.now();
    this.lostSince.set(name, since);
    return since;
  }
}

const readyOf = ({ status }: NodeWire) => status?.conditions?.find(({ type }) => type === 'Ready');
const isReady = (node: NodeWire): boolean => readyOf(node)?.status === 'True';

/** The state of a node in Kubernetes beyond what placement uses. */
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
