import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ApiClient } from '../api/client';
import type { LiveEvents, Liveness } from '../live/live-events';
import type { Session, SessionStore } from '../session/session';

/** What every part of the console works with. */
export interface Console {
  readonly api: ApiClient;
  readonly sessions: SessionStore;
  readonly live: LiveEvents;
}

const ConsoleContext = createContext<Console | undefined>(undefined);
export const ConsoleProvider = ConsoleContext.Provider;

/** Throws outside of the console. */
export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (console === undefined) throw new Error('outside of the console');
  return console;
}

/** The session of the reader; undefined where nobody is signed in. */
export function useSession(): Session | undefined {
  const { sessions } = useConsole();
  return useSyncExternalStore(sessions.subscribe, sessions.get);
}

export function useLiveness(): Liveness {
  const { live } = useConsole();
  return useSyncExternalStore(live.watch, live.state);
}
