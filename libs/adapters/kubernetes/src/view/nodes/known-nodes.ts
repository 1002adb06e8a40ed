import type { ClusterNode } from '@tessera/domain-placement';

interface Known {
  readonly node: ClusterNode;
  /** True if it was computed from held devices. */
  readonly byHeld: boolean;
}

/** Cache of nodes in the placement model, because every reconcile cycle reads thousands of them. */
export class KnownNodes {
  private readonly known = new Map<string, Known>();
  private listed: readonly ClusterNode[] | undefined;
  private readonly changes = new Set<string>();

  /** All nodes; the list is rebuilt only after a change. */
  all(list: () => readonly ClusterNode[]): readonly ClusterNode[] {
    return (this.listed ??= list());
  }

  /** The node, computed if not cached; `make` calls its argument if it needs the held devices. */
  get(name: string, make: (asksHeld: () => void) => ClusterNode): ClusterNode {
    const known = this.known.get(name);
    if (known !== undefined) return known.node;
    let byHeld = false;
    const node = make(() => (byHeld = true));
    this.known.set(name, { node, byHeld });
    return node;
  }

  /** The node if it is cached. */
  peek(name: string): ClusterNode | undefined {
    return this.known.get(name)?.node;
  }

  /** Invalidates the node: it changed, or a foreign pod on it did. */
  changed(name: string): void {
    this.changes.add(name);
    this.known.delete(name);
    this.listed = undefined;
  }

  /** Invalidates the node: the devices held by our replicas or reservation pods changed. */
  heldChanged(name: string | undefined): void {
    if (name === undefined) return;
    this.changes.add(name);
    if (this.known.get(name)?.byHeld === true) this.changed(name);
  }

  /** The nodes that changed, by themselves or by what is on them, since the last call; `find` looks one up by name. */
  takeChanged(find: (name: string) => ClusterNode | undefined): ReadonlyMap<string, ClusterNode | undefined> {
    const changed = new Map([...this.changes].map((name) => [name, find(name)]));
    this.changes.clear();
    return changed;
  }
}
