import type { Decision, ReplicaRequest } from '@tessera/domain-placement';
import type { Place } from '../rollout/rollout-plan';

/** Placement that is made ready when it is asked for the first time. */
export function lazily(make: () => Place): Place {
  let made: Place | undefined;
  const place = (): Place => (made ??= make());
  return Object.assign((request: ReplicaRequest): Decision => place()(request), {
    fitsWithout: (request: ReplicaRequest, replica: string) => place().fitsWithout(request, replica),
  });
}
