import { pickLeastBusy, type Candidate } from '../routing/pick';
import { mostPreferred } from './rendezvous';

/** Why a replica was chosen; values of the metric label `choice`. */
export type Choice =
  /** It is the replica of the session. */
  | 'session'
  /** The replica of the session was removed, has been tried, or is at its hard limit. */
  | 'session_moved'
  /** It has seen the longest beginning of the prompt. */
  | 'prefix'
  /** The replicas that have seen the longest beginning are too loaded. */
  | 'prefix_moved'
  /** The request prefers none: it is the replica with the fewest requests in flight. */
  | 'none';

export interface Chosen<C> {
  readonly candidate: C;
  readonly choice: Choice;
}

/** Up to so many requests in flight, a replica is never too loaded: its model server runs them as one batch. */
export const EASY_LOAD = 4;
/** Above {@link EASY_LOAD}, a replica is too loaded from this multiple of the mean of all ready replicas. */
export const LOAD_FACTOR = 2;

export type SessionCandidate = Candidate & { readonly hash: number };

/**
 * The replica for a session, by a hash of the session. `free`: ready replicas with a free slot; `ready`: all ready
 * ones.
 */
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
 * The replica that has seen most of the prompt, of those with a free slot that are not too loaded; of equals the least
 * busy one. `seen`: how many blocks of the prompt a replica has seen; 0 where they are too few to matter.
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

/** The number of requests in flight from which a replica is too loaded to be chosen for a prefix. */
export function loadLimit(ready: readonly Candidate[]): number {
  const total = ready.reduce((sum, { inFlight }) => sum + inFlight, 0);
  return Math.max(EASY_LOAD, (LOAD_FACTOR * total) / Math.max(1, ready.length));
}
