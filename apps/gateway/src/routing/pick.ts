/** What {@link pickLeastBusy} chooses from. */
export interface Candidate {
  readonly inFlight: number;
}

/**
 * The candidate with the fewest requests in flight; ties go round robin: the search begins at `turn`, which the caller
 * increments after each choice. Undefined only without candidates.
 */
export function pickLeastBusy<C extends Candidate>(candidates: readonly C[], turn: number): C | undefined {
  let best: C | undefined;
  for (let step = 0; step < candidates.length; step += 1) {
    const candidate = candidates[(turn + step) % candidates.length];
    if (candidate !== undefined && (best === undefined || candidate.inFlight < best.inFlight))
      best = candidate;
  }
  return best;
}
