import type { NodeSeed } from '@tessera/simulation-kubelets';
import type { Fields } from '@tessera/simulation-kubernetes-api/wire';

/** Objects that must exist before workloads arrive; `plural` names the collection. */
export interface ObjectSeed {
  readonly plural: string;
  readonly namespace?: string;
  readonly object: Fields;
}

export interface ClusterSeed {
  readonly nodes: readonly NodeSeed[];
  readonly objects: readonly ObjectSeed[];
}
