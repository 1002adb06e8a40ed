import { pickLeastBusy, type Candidate } from '../routing/pick';
import { mostPreferred } from './rendezvous';

/** Why a replica was chosen, as the series has it. */
export type Choice =
  /** It is that of the session. */
  | 'session'
  /** That of the session is gone, has been tried, or is at its hard limit. */
  | 'session_moved'
  /** It has seen the longest beginning of the prompt. */
  | 'prefix'
  /** Those that have are too loaded. */
  | 'prefix_moved'
  /** The one with the fewest requests: nothing speaks for another. */
  | 'none';

export interface Chosen<C> {
  readonly candidate: C;
  readonly choice: Choice;
}

/** A replica is never too loaded with so many requests in flight: they are one batch of its engine. */
export const EASY_LOAD = 4;
/** Above that, it is too loaded for its prefixes from so many times the mean of all ready replicas. */
export const LOAD_FACTOR = 2;

export type SessionCandidate = Candidate & { readonly hash: number };

/** The replica of a session, of those that have a place, by a hash of the session. `ready` are those with and without. */
export function chooseBySession<C extends SessionCandidate>(
  free: readonly C[],
  ready: readonly C[],
  session: number,
): Chosen<C> | undefined {
  const candidate = mostPreferred(free, session);
  if (candidate === undefined) return undefined;
  return { candidate, choice: candidate === mostPreferred(ready, session) ? 'session' : 'session_moved' };
}

/**
 * The replica that has seen most of the prompt, of those that have a place and are not too loaded; equals by load.
 * `seen` is how many blocks of the prompt a replica has seen, as far as that is worth anything.
 */
export function chooseByPrefix<C extends Candidate>(
  free: readonly C[],
  ready: readonly C[],
  seen: (candidate: C) => number,
  turn: number,
): Chosen<C> | undefined {
  const most = Math.max(0, ...ready.map(seen));
  const limit = most > 0 ? loadLimit(ready) : 0;
  const fit = most > 0 ? free.filter((one) => seen(one) > 0 && one.inFlight < limit) : [];
  const longest = Math.max(0, ...fit.map(seen));
  const known = fit.filter((one) => seen(one) === longest);
  const candidate = pickLeastBusy(known.length > 0 ? known : free, turn);
  if (candidate === undefined) return undefined;
  if (most === 0) return { candidate, choice: 'none' };
  return { candidate, choice: known.length > 0 && longest === most ? 'prefix' : 'prefix_moved' };
}

/** From so many requests in flight on, a replica gets no further one for its prefixes. */
export function loadLimit(ready: readonly Candidate[]): number {
  const total = ready.reduce((sum, { inFlight }) => sum + inFlight, 0);
  return Math.max(EASY_LOAD, (LOAD_FACTOR * total) / Math.max(1, ready.length));
}
