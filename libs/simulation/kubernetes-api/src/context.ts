import { randomBytes, randomUUID } from 'node:crypto';
import type { Store } from './store/store';

/** Dependencies of the API operations. */
export interface ApiContext {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newUid: () => string;
  /** Five characters for `generateName`. */
  readonly newSuffix: () => string;
}

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A context with the system clock and random identities. */
export const systemContext = (store: Store): ApiContext => ({
  store,
  now: Date.now,
  newUid: randomUUID,
  newSuffix: () => [...randomBytes(5)].map((byte) => SUFFIX_ALPHABET[byte % SUFFIX_ALPHABET.length]).join(''),
});

/** Seconds precision, as in `metadata.creationTimestamp`. */
export const timestamp = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`;
