import { fieldsOf, stringIn } from '../../api/json';

/** A sign-in that was begun at an identity provider and comes back to this tab. */
export interface PendingSignIn {
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE: what proves that the code is asked for by who began. */
  readonly verifier: string;
  /** Where in the console it was begun. */
  readonly path: string;
}

const KEY = 'tessera.sign-in';

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Keeps it until the return, in this tab alone. */
export const keepPending = (storage: Kept, pending: PendingSignIn): void =>
  storage.setItem(KEY, JSON.stringify(pending));

/** What was kept, which is gone then: a second return finds nothing. Undefined where nothing, or nonsense, was kept. */
export function takePending(storage: Kept): PendingSignIn | undefined {
  const text = storage.getItem(KEY);
  storage.removeItem(KEY);
  if (text === null) return undefined;
  try {
    const { path, ...kept } = fieldsOf(text);
    const [issuer, state, nonce, verifier] = [
      kept['issuer'],
      kept['state'],
      kept['nonce'],
      kept['verifier'],
    ].map(stringIn);
    // Without a state of its own, an answer without one would belong to it.
    return issuer && state && nonce && verifier
      ? { issuer, state, nonce, verifier, path: pathWithin(path) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The path, if it is one of this origin; `//host` and `/\host` lead a browser elsewhere. */
export const pathWithin = (path: unknown): string =>
  typeof path === 'string' && /^\/(?![/\\])/.test(path) ? path : '/';
