import { isInProgress, type Repartition } from '@tessera/domain-mig';
import type { MigNode, MigNodes } from '../mig/mig-nodes';

/** Nodes that can be cordoned. */
export interface CordonNodes extends Pick<MigNodes, 'node'> {
  /** Writes once; returns false, with nothing written, if the node has changed since it was read. */
  cordon(node: MigNode, cordoned: boolean): Promise<boolean>;
}

export type CordonAnswer =
  | { readonly kind: 'done'; readonly cordoned: boolean }
  | { readonly kind: 'unknown-node' }
  /** Not now: a change of the MIG configuration has cordoned the node and will uncordon it. */
  | { readonly kind: 'refused'; readonly message: string };

/** Attempts when the node changes concurrently. */
const TRIES = 5;

/**
 * Cordons a node, or uncordons it: nothing new is placed on a cordoned one, and what runs there stays. Repeating it has
 * no effect. Refused while the MIG configuration of the node changes, since that change would undo it.
 */
export async function setCordon(nodes: CordonNodes, name: string, cordoned: boolean): Promise<CordonAnswer> {
  for (let tries = 0; tries < TRIES; tries++) {
    const node = nodes.node(name);
    if (node === undefined) return { kind: 'unknown-node' };
    const { change, cordoned: is } = node.observed;
    if (change !== undefined && isInProgress(change)) return { kind: 'refused', message: changing(change) };
    if (is === cordoned || (await nodes.cordon(node, cordoned))) return { kind: 'done', cordoned };
  }
  return { kind: 'refused', message: 'The node was changed concurrently; try again.' };
}

const changing = ({ config, phase, message }: Repartition): string =>
  `The MIG configuration of the node is changing to ${config} (${phase}: ${message}), which cordons and uncordons it; wait until the change ends, or withdraw it.`;
