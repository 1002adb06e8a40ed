import './components/forms/back-guard';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiClient, ApiError } from './api/client';
import { App } from './app';
import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import './design/states.css';
import './design/table.css';
import './design/layout.css';
import { LiveEvents } from './live/live-events';
import { arrive } from './session/arrival';
import { Arriving } from './session/arriving';
import { SessionStore } from './session/session';
import { takeArrival, type Arrival } from './session/take-arrival';
import { ConsoleProvider } from './shell/console';
import { loadPagesAt } from './shell/lazy-page';
import { applyTheme } from './shell/theme';

const ATTEMPTS = 2;
/** So long the frame waits for its page, ms: a placeholder, once shown, is kept by React for 300 ms. */
const PAGE_MS = 200;

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

const place = document.getElementById('console');
if (place === null) throw new Error('the page has no place for the console');
const root = createRoot(place);
const draw = (content: ReactElement): void =>
  root.render(
    <QueryClientProvider client={queries}>
      <ConsoleProvider value={{ api, sessions, live }}>{content}</ConsoleProvider>
    </QueryClientProvider>,
  );

async function begin(arrival: Arrival): Promise<void> {
  draw(<Arriving />);
  const failure = await arrive(arrival, api, sessions).then(
    () => undefined,
    (error: unknown) => error,
  );
  await open(failure);
}

async function open(failure?: unknown): Promise<void> {
  if (sessions.get() !== undefined) await loadPagesAt(location.pathname, PAGE_MS);
  draw(<App failure={failure} />);
}

const arrival = takeArrival(location, history);
void (arrival === undefined ? open() : begin(arrival));
