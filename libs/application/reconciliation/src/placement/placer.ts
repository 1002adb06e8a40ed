import type { Decision, ReplicaRequest } from '@tessera/domain-placement';

/** Places one replica on a model of the cluster; a placed request counts from then on. */
export interface Placer {
  (request: ReplicaRequest): Decision;
  /** True if the request could be placed once that replica has ended. */
  readonly fitsWithout: (request: ReplicaRequest, replica: string) => boolean;
}

/** A placer on a model that can be changed for one request. */
export interface LendingPlacer extends Placer {
  /** Takes a replica out of the model, so that its devices can be placed on. The returned function puts it back. */
  readonly lend: (replica: string) => () => void;
}
