import type { ClusterNode } from '@tessera/domain-placement';

interface Known {
  readonly node: ClusterNode;
  /** What is held of the node had a part in it. */
  readonly byHeld: boolean;
}

/** Nodes in the words of placement, kept until what they are made of changes: thousands are asked for in every pass. */
export class KnownNodes {
  private readonly known = new Map<string, Known>();
  private listed: readonly ClusterNode[] | undefined;

  /** All of them, listed anew where one of them has changed. */
  all(list: () => readonly ClusterNode[]): readonly ClusterNode[] {
    return (this.listed ??= list());
  }

  /** The node, made where it is not known; `make` calls its argument where it asks what is held. */
  get(name: string, make: (asksHeld: () => void) => ClusterNode): ClusterNode {
    const known = this.known.get(name);
    if (known !== undefined) return known.node;
    let byHeld = false;
    const node = make(() => (byHeld = true));
    this.known.set(name, { node, byHeld });
    return node;
  }

  /** The node itself or a pod of others on it changed, came or went. */
  changed(name: string): void {
    this.known.delete(name);
    this.listed = undefined;
  }

  /** What replicas and reservation pods of ours have of the node changed. */
  heldChanged(name: string | undefined): void {
    if (name !== undefined && this.known.get(name)?.byHeld === true) this.changed(name);
  }
}
