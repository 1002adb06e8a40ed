/** Whom the API knows as the reader of the page. */
export interface Session {
  readonly token: string;
  /** Client id or email, as it was typed. */
  readonly name: string;
  /** Unix time, ms. */
  readonly expiresAt: number;
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
    const session = JSON.parse(text) as Session;
    return session.expiresAt > now ? session : undefined;
  } catch {
    return undefined;
  }
}
