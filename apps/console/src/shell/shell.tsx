import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useRenewal } from '../live/use-renewal';
import { useConsole, useLiveness, useSession } from './console';
import { DOCUMENTS, PAGES } from './pages';
import { ThemeSwitch } from './theme';

const STATES = {
  connecting: ['calm', 'Connecting'],
  live: ['good', 'Live'],
  offline: ['warn', 'Offline, trying again'],
} as const;

/** The frame of every page: navigation, who is signed in, and whether events arrive. */
export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  useRenewal();
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [location]);
  return (
    <div className="shell">
      <a className="button skip" href="#content" onClick={() => main.current?.focus()}>
        Skip to the content
      </a>
      <nav aria-label="Pages">
        <Link className="brand" href="/">
          <img src="/favicon.ico" alt="" width="22" height="22" />
          Tessera
        </Link>
        {PAGES.map(([path, name]) => (
          <Link key={path} href={path} aria-current={isAt(location, path) ? 'page' : undefined}>
            {name}
          </Link>
        ))}
        <Footer />
      </nav>
      <main ref={main} id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

const isAt = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

function Footer(): ReactElement {
  const { sessions } = useConsole();
  const [tone, text] = STATES[useLiveness()];
  return (
    <footer>
      <ul className="documents">
        {DOCUMENTS.map(([path, name]) => (
          <li key={path}>
            <a href={path}>{name}</a>
          </li>
        ))}
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
