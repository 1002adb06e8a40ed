import { fieldsOf } from '../api/json';

/** Whom the API knows as the reader of the page. */
export interface Session {
  readonly token: string;
  /** Client id or email, as it was typed or as the identity provider says. */
  readonly name: string;
  /** Unix times, ms. */
  readonly beganAt: number;
  readonly expiresAt: number;
  /** The identity provider that signed the reader in; without one, the platform did. */
  readonly issuer?: string;
}

const KEY = 'tessera.session';

/**
 * Keeps the session for this tab: the storage belongs to the origin of the page alone and is emptied when the tab is
 * closed. Whoever uses it is notified of changes.
 */
export class SessionStore {
  private current: Session | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
    private readonly now: () => number,
  ) {
    this.current = stored(storage.getItem(KEY), now());
  }

  get = (): Session | undefined =>
    this.current !== undefined && this.current.expiresAt > this.now() ? this.current : undefined;

  begin(session: Session): void {
    this.current = session;
    this.storage.setItem(KEY, JSON.stringify(session));
    this.notify();
  }

  end = (): void => {
    if (this.current === undefined) return;
    this.current = undefined;
    this.storage.removeItem(KEY);
    this.notify();
  };

  /** `listener` is called after each change; returns what ends that. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

function stored(text: string | null, now: number): Session | undefined {
  if (text === null) return undefined;
  try {
    const { token, name, beganAt, expiresAt, issuer } = fieldsOf(text);
    if (typeof token !== 'string' || typeof name !== 'string') return undefined;
    if (typeof beganAt !== 'number' || typeof expiresAt !== 'number' || expiresAt <= now) return undefined;
    return { token, name, beganAt, expiresAt, ...(typeof issuer === 'string' ? { issuer } : {}) };
  } catch {
    return undefined;
  }
}
