import type { LostNode } from '@tessera/application-reconciliation';
import type { Clock } from '@tessera/domain-workload';
import type { NodeWire } from './wire';

/** Which nodes can be relied on. One that is gone is remembered from when it was missed first; a restart begins anew. */
export class NodeHealth {
  private readonly goneSince = new Map<string, number>();
  private readonly ready = new Map<string, boolean>();

  constructor(private readonly clock: Clock) {}

  /** Takes a change of a node; undefined where it is gone. True where this changes whether it can be relied on. */
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
