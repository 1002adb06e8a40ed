import { lazy, Suspense, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation';
import type { May } from '../../api/rights';
import { useRights } from '../../api/use-rights';
import { Empty, Waiting } from '../../components/layout/states';
import './access.css';
import { tabsFor, type Tab } from './tabs';

const PARTS = {
  keys: lazy(() => import('./keys/keys')),
  rules: lazy(() => import('./rules/rules')),
  applications: lazy(() => import('./subjects/applications')),
  users: lazy(() => import('./subjects/users')),
  roles: lazy(() => import('./roles/roles')),
} satisfies Record<Tab, unknown>;

/** Who may do what: serving keys, access rules, applications, users and roles, as far as the reader may see them. */
export default function Access({ tab }: { readonly tab: string | undefined }): ReactElement {
  const may = useRights();
  return (
    <>
      <h1>Access</h1>
      {may === undefined ? <Waiting lines={6} /> : <Parts may={may} tab={tab} />}
    </>
  );
}

function Parts({ may, tab }: { readonly may: May; readonly tab: string | undefined }): ReactElement {
  const applications = useOperation('get_applications', {}, { enabled: may('apps', 'read') });
  const users = useOperation('get_users', {}, { enabled: may('users', 'read') });
  const tabs = tabsFor(may, { applications, users });
  const chosen = tabs.find(([name]) => name === (tab ?? tabs[0]?.[0]))?.[0];
  const waits = (applications.isLoading || users.isLoading) && chosen === undefined;
  const Part = chosen === undefined ? undefined : PARTS[chosen];
  return (
    <>
      <nav className="tabs" aria-label="Parts of access">
        {tabs.map(([name, label]) => (
          <Link key={name} href={`/access/${name}`} aria-current={chosen === name ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      {Part !== undefined ? (
        <Suspense fallback={<Waiting lines={6} />}>
          <Part may={may} />
        </Suspense>
      ) : waits ? (
        <Waiting lines={6} />
      ) : (
        <Empty title="There is no such part">It does not exist, or you may not see it.</Empty>
      )}
    </>
  );
}
