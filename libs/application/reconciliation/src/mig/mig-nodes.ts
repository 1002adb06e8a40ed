import type { NodePatch, NodeToRepartition } from '@tessera/domain-placement';
import type { MigEvent } from './mig-event';
import type { ReplicaPod } from '../model/workload';

/** A node whose MIG geometry can be changed, as informers show it now. */
export interface MigNode {
  readonly name: string;
  readonly uid: string;
  /** Version of the node that was read; a write holds for no other. */
  readonly version: string;
  readonly facts: Omit<NodeToRepartition, 'ours' | 'configs'>;
  /** Replicas of ours that have a device of it, those that are ending included. */
  readonly replicas: readonly ReplicaPod[];
  /** Names of the pods of ours that hold its shared devices. */
  readonly reservationPods: readonly string[];
}

/** Nodes and the changes of their geometry. What is asked for and where it stands are annotations of the node. */
export interface MigNodes {
  /** Nodes for which a change is asked for or under way; those whose change has ended as asked are not among them. */
  asked(): readonly MigNode[];
  node(name: string): MigNode | undefined;
  /** Configurations that mig-manager tells for the node; undefined where it tells none. */
  configsOf(name: string): Promise<readonly string[] | undefined>;
  /** One write; false where the node has changed since it was read, and nothing was written. */
  write(node: MigNode, patch: NodePatch): Promise<boolean>;
  /** Tells it among the events of the node; telling the same again does nothing. `at` is ms since the epoch. */
  tell(node: MigNode, event: MigEvent, at: number): Promise<void>;
  /** Asks for a configuration, or for none; `anew` forgets how an earlier change ended. False as in {@link write}. */
  ask(node: MigNode, config: string | undefined, anew: boolean): Promise<boolean>;
}
