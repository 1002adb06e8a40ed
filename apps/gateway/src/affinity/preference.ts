import type { Backend } from '../routing/backend';
import { pickLeastBusy } from '../routing/pick';
import { chooseByPrefix, chooseBySession, type Chosen } from './choose';

/** To whom a session cookie goes. */
export interface CookieClient {
  /** `/<project>/<workload>`; empty where the workload has a host of its own. */
  readonly prefix: string;
  /** It came by TLS. */
  readonly secure: boolean;
}

/** What speaks for one replica rather than another. */
export type Preference =
  /** The hash of the session that the client names. */
  | { readonly by: 'session'; readonly hash: number }
  /** The mark of the replica that had the session before; undefined where it begins. */
  | { readonly by: 'cookie'; readonly mark: string | undefined; readonly client: CookieClient }
  /** The prompt, as the hashes of its beginnings. */
  | { readonly by: 'prompt'; readonly hashes: () => readonly number[] };

/** What replicas have seen of prompts. */
export interface Seen {
  seen(hashes: readonly number[]): ReadonlyMap<string, number>;
  learn(hashes: readonly number[], uid: string): void;
}

/** Blocks that a prompt must share with an earlier one to matter: below 256 tokens, computing it again costs nothing. */
export const LEAST_BLOCKS = 2;

/**
 * The replica for a request, of those that have a place; undefined only without such. `ready` are those with and without
 * a place; equals go round robin by `turn`.
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
  // One replica has seen everything.
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
