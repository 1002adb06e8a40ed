import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { PageTitle } from '../components/layout/page-title';
import { Empty } from '../components/layout/states';
import { PAGES } from './pages';

/** An address at which the console has no page. */
export function NotFound(): ReactElement {
  const [location] = useLocation();
  return (
    <>
      <PageTitle name="Not found" />
      <Empty title="There is no such page">
        <p>
          The console has none at <code>{location}</code>. A workload or node is found by its name with{' '}
          <kbd>/</kbd>; these are the pages:
        </p>
        <ul className="bar">
          {PAGES.map(([path, name]) => (
            <li key={path}>
              <Link href={path}>{name}</Link>
            </li>
          ))}
        </ul>
      </Empty>
    </>
  );
}
