import type { Decision, ReplicaRequest } from '@tessera/domain-placement';

/** Requests a place for one replica; a placed request counts from then on. */
export interface Place {
  (request: ReplicaRequest): Decision;
  /** True if the request could be placed once that replica has ended. */
  readonly fitsWithout: (request: ReplicaRequest, replica: string) => boolean;
}

/** Placement on a model that can be changed for one request. */
export interface LendingPlace extends Place {
  /** Takes a replica out of the model: what it holds can be placed on. The returned function puts it back. */
  readonly lend: (replica: string) => () => void;
}
