import type { Decision, ReplicaRequest } from '@tessera/domain-placement';
import type { Place } from './place';

/** Placement that is created on first use. */
export function lazily(make: () => Place): Place {
  let made: Place | undefined;
  const place = (): Place => (made ??= make());
  return Object.assign((request: ReplicaRequest): Decision => place()(request), {
    fitsWithout: (request: ReplicaRequest, replica: string) => place().fitsWithout(request, replica),
  });
}
