import type { NodePatch, NodeToRepartition } from '@tessera/domain-mig';
import type { ReplicaPod } from '../model/replica';
import type { MigNodeEvent } from './mig-event';

/** A node whose MIG geometry can be changed, as informers show it now. */
export interface MigNode {
  readonly name: string;
  readonly uid: string;
  /** Resource version of the node as read; a write applies to this version only. */
  readonly version: string;
  readonly observed: Omit<NodeToRepartition, 'ours' | 'configs'>;
  /** Our replicas with a device on the node, terminating ones included. */
  readonly replicas: readonly ReplicaPod[];
  /** Names of our reservation pods on the node. */
  readonly reservationPods: readonly string[];
}

/** Nodes and the changes of their geometry. Request and progress are annotations of the node. */
export interface MigNodes {
  /** Nodes with a requested or running change; a node whose change has completed as requested is left out. */
  asked(): readonly MigNode[];
  node(name: string): MigNode | undefined;
  /** Configurations that mig-manager reports for the node; undefined if it reports none. */
  configsOf(name: string): Promise<readonly string[] | undefined>;
  /** Writes once; returns false, with nothing written, if the node has changed since it was read. */
  write(node: MigNode, patch: NodePatch): Promise<boolean>;
  /** Writes an event of the node; repeating it has no effect. `at` is ms since the epoch. */
  report(node: MigNode, event: MigNodeEvent, at: number): Promise<void>;
  /**
   * Requests a configuration, or clears the request; `isRestart` discards the result of an earlier change. False as in
   * {@link write}.
   */
  ask(node: MigNode, config: string | undefined, isRestart: boolean): Promise<boolean>;
}
