import type { Decision, ReplicaRequest } from '@tessera/domain-placement';
import type { Placer } from './placer';

/** Wraps a placement and reports each decision with its duration, ms. */
export function timedPlace(
  place: Placer,
  now: () => number,
  onDecision: ((outcome: Decision['outcome'], durationMs: number) => void) | undefined,
): Placer {
  const timed = (request: ReplicaRequest): Decision => {
    const began = now();
    const decision = place(request);
    onDecision?.(decision.outcome, now() - began);
    return decision;
  };
  return Object.assign(timed, { fitsWithout: place.fitsWithout });
}
