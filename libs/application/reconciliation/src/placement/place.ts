import type { Decision, ReplicaRequest } from '@tessera/domain-placement';

/** Requests a place for one replica; a placed request counts from then on. */
export interface Place {
  (request: ReplicaRequest): Decision;
  /** True if the request could be placed once that replica has ended. */
  readonly fitsWithout: (request: ReplicaRequest, replica: string) => boolean;
}
