import type { Decision, ReplicaRequest } from '@tessera/domain-placement';
import type { Placer } from './placer';

/** Placement that is created on first use. */
export function lazily(make: () => Placer): Placer {
  let made: Placer | undefined;
  const place = (): Placer => (made ??= make());
  return Object.assign((request: ReplicaRequest): Decision => place()(request), {
    fitsWithout: (request: ReplicaRequest, replica: string) => place().fitsWithout(request, replica),
  });
}
