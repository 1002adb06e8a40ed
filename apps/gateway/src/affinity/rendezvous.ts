/**
 * The weight of a replica for a session (rendezvous hashing, Thaler and Ravishankar 1998), from a hash of each. Every
 * gateway computes the same order; a new replica takes over only the sessions for which it has the highest weight; the
 * sessions of a removed replica spread over the others. Pure.
 */
export function preferenceOf(session: number, replica: number): number {
  let mixed = Math.imul((session >>> 0) ^ Math.imul(replica >>> 0, 0x9e3779b1), 0x85ebca6b);
  mixed ^= Math.floor(session / 2 ** 32) ^ Math.imul(Math.floor(replica / 2 ** 32), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The candidate with the highest weight for the session; undefined only without candidates. Pure. */
export function mostPreferred<C extends { readonly hash: number }>(
  candidates: readonly C[],
  session: number,
): C | undefined {
  let best: C | undefined;
  let most = -1;
  for (const candidate of candidates) {
    const preference = preferenceOf(session, candidate.hash);
    if (preference < most || (preference === most && best !== undefined && candidate.hash > best.hash))
      continue;
    best = candidate;
    most = preference;
  }
  return best;
}
