import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react';
import { Link, useLocation } from 'wouter';
import { useRenewal } from '../live/use-renewal';
import { useTabName } from '../components/layout/page-title';
import { exactTimes } from '../components/values/when';
import { ExpiryNotice } from '../session/expiry-notice';
import { NoRole } from '../session/no-role';
import { useConsole, useLiveness, useSession } from './console';
import { OfflineNotice } from './offline-notice';
import { DOCUMENTS, PAGES } from './pages';
import { pageName, placeKey } from './places';
import type { Shortcut } from './shortcuts';
import { ThemeSwitch } from './theme';
import { useShortcuts } from './use-shortcuts';

const Jump = lazy(() => import('./jump'));
const Help = lazy(() => import('./help'));

const STATES = {
  connecting: ['calm', 'Connecting'],
  live: ['good', 'Live'],
  offline: ['warn', 'Offline, trying again'],
} as const;

/** The frame of every page: navigation, who is signed in, shortcuts, and whether events arrive. */
export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const [location] = useLocation();
  const [open, setOpen] = useState<'jump' | 'help'>();
  const main = useRef<HTMLElement>(null);
  useRenewal();
  useFocusOn(main, placeKey(location));
  const act = useCallback((shortcut: Shortcut): void => {
    if (shortcut === 'times') exactTimes.toggle();
    else setOpen(shortcut);
  }, []);
  useShortcuts(act);
  const close = (): void => setOpen(undefined);
  return (
    <div className="shell">
      <TabName location={location} />
      <a className="button skip" href="#content" onClick={() => main.current?.focus()}>
        Skip to the content
      </a>
      <nav aria-label="Pages">
        <Link className="brand" href="/">
          <img src="/favicon.ico" alt="" width="22" height="22" />
          Tessera
        </Link>
        <button type="button" className="button jump" onClick={() => setOpen('jump')}>
          Jump to <kbd aria-hidden="true">/</kbd>
        </button>
        {PAGES.map(([path, name]) => (
          <Link key={path} href={path} aria-current={isAt(location, path) ? 'page' : undefined}>
            {name}
          </Link>
        ))}
        <Footer help={() => setOpen('help')} />
      </nav>
      <main ref={main} id="content" tabIndex={-1}>
        <OfflineNotice />
        <ExpiryNotice />
        <NoRole />
        {children}
      </main>
      {open === undefined ? null : (
        <Suspense>{open === 'jump' ? <Jump close={close} /> : <Help close={close} />}</Suspense>
      )}
    </div>
  );
}

/** Stands before the page, which may name the tab better once it knows what it shows. */
function TabName({ location }: { readonly location: string }): null {
  useTabName(pageName(PAGES, location) ?? 'Not found');
  return null;
}

/** Another place begins at its top, for the eye and for the keyboard; the first one does by itself. */
function useFocusOn(main: { readonly current: HTMLElement | null }, place: string): void {
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [main, place]);
}

const isAt = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

function Footer({ help }: { readonly help: () => void }): ReactElement {
  const { api, sessions } = useConsole();
  const lost = useSyncExternalStore(api.watch, api.lostSince);
  const live = useLiveness();
  const [tone, text] = STATES[lost === undefined ? live : 'offline'];
  return (
    <footer>
      <ul className="documents">
        {DOCUMENTS.map(([path, name]) => (
          <li key={path}>
            <a href={path}>{name}</a>
          </li>
        ))}
        <li>
          <button type="button" className="link" onClick={help}>
            Shortcuts
          </button>
        </li>
      </ul>
      <span className="phase" data-tone={tone} role="status">
        {text}
      </span>
      <ThemeSwitch />
      <span className="name">{useSession()?.name}</span>
      <button type="button" className="button" onClick={sessions.end}>
        Sign out
      </button>
    </footer>
  );
}
