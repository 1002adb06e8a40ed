import type { Backend } from '../routing/backend';
import { pickLeastBusy } from '../routing/pick';
import { chooseByPrefix, chooseBySession, type Chosen } from './choose';

/** The client that gets a session cookie. */
export interface CookieClient {
  /** `/<project>/<workload>`; empty where the workload has a host of its own. */
  readonly prefix: string;
  /** The client uses TLS. */
  readonly secure: boolean;
}

/** How the replica for a request is chosen. */
export type Preference =
  /** By the hash of the session that the client names. */
  | { readonly by: 'session'; readonly hash: number }
  /** By the value of the client's session cookie, which is the mark of a replica; undefined for a new session. */
  | { readonly by: 'cookie'; readonly mark: string | undefined; readonly client: CookieClient }
  /** By the prompt, as the hashes of its beginnings. */
  | { readonly by: 'prompt'; readonly hashes: () => readonly number[] };

/** Which beginnings of prompts the replicas of one workload have seen; see {@link PrefixMemory}. */
export interface Seen {
  seen(hashes: readonly number[]): ReadonlyMap<string, number>;
  learn(hashes: readonly number[], uid: string): void;
}

/** Fewer common blocks are ignored: below 256 tokens, a model server loses next to nothing by computing them again. */
export const LEAST_BLOCKS = 2;

/**
 * The replica for a request. `free`: ready replicas with a free slot; undefined only where it is empty. `ready`: all
 * ready replicas. Of equally good ones, `turn` decides (round robin).
 */
export function chooseReplica(
  free: readonly Backend[],
  ready: readonly Backend[],
  preference: Preference | undefined,
  memory: Seen,
  turn: number,
): Chosen<Backend> | undefined {
  if (preference?.by === 'session') return chooseBySession(free, ready, preference.hash);
  if (preference?.by === 'cookie') return chooseByMark(free, preference.mark, turn);
  // A single replica has seen every prompt.
  if (preference === undefined || ready.length < 2) return leastBusy(free, turn);
  const hashes = preference.hashes();
  if (hashes.length < LEAST_BLOCKS) return leastBusy(free, turn);
  const seen = memory.seen(hashes);
  const blocksOf = ({ replica }: Backend): number => {
    const blocks = seen.get(replica.uid) ?? 0;
    return blocks < LEAST_BLOCKS ? 0 : blocks;
  };
  const chosen = seen.size === 0 ? leastBusy(free, turn) : chooseByPrefix(free, ready, blocksOf, turn);
  if (chosen !== undefined) memory.learn(hashes, chosen.candidate.replica.uid);
  return chosen;
}

function chooseByMark(
  free: readonly Backend[],
  mark: string | undefined,
  turn: number,
): Chosen<Backend> | undefined {
  const candidate = mark === undefined ? undefined : free.find((one) => one.mark === mark);
  if (candidate !== undefined) return { candidate, choice: 'session' };
  const other = leastBusy(free, turn);
  return other && mark !== undefined ? { ...other, choice: 'session_moved' } : other;
}

function leastBusy(free: readonly Backend[], turn: number): Chosen<Backend> | undefined {
  const candidate = pickLeastBusy(free, turn);
  return candidate && { candidate, choice: 'none' };
}
