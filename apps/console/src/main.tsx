import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiClient, ApiError } from './api/client';
import { App } from './app';
import './design/tokens.css';
import './design/base.css';
import './design/parts.css';
import { LiveEvents } from './live/live-events';
import { SessionStore } from './session/session';
import { credentialInFragment, signIn } from './session/tokens';
import { ConsoleProvider } from './shell/console';
import { applyTheme } from './shell/theme';

const ATTEMPTS = 2;

applyTheme();
const sessions = new SessionStore(sessionStorage, Date.now);
const api = new ApiClient(() => sessions.get()?.token, sessions.end);
const live = new LiveEvents(api);
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // The browser may be offline and the API on this machine; what counts is whether it answers.
      networkMode: 'always',
      // A refusal stays one; what could not be reached may be there again.
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < ATTEMPTS,
    },
  },
});
sessions.subscribe(() => {
  if (sessions.get() === undefined) queries.clear();
});

async function begin(): Promise<void> {
  const given = credentialInFragment(location.hash);
  if (given !== undefined) {
    // The secret leaves the address bar, and the history with it.
    history.replaceState(null, '', location.pathname);
    await signIn(api, given, Date.now()).then(
      (session) => sessions.begin(session),
      () => undefined,
    );
  }
  const place = document.getElementById('console');
  if (place === null) throw new Error('the page has no place for the console');
  createRoot(place).render(
    <QueryClientProvider client={queries}>
      <ConsoleProvider value={{ api, sessions, live }}>
        <App />
      </ConsoleProvider>
    </QueryClientProvider>,
  );
}

void begin();
