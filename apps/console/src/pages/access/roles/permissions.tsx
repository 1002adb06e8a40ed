import type { ReactElement } from 'react';
import type { BodyOf } from '../../../api/client';
import { summary } from './summary';

/** Permissions in words. */
export function Permissions({
  permissions,
}: {
  readonly permissions: BodyOf<'get_roles'>[number]['permissions'];
}): ReactElement {
  return (
    <dl className="facts small">
      {summary(permissions).map(([verb, what]) => (
        <div key={verb} className="permission">
          <dt>May {verb === 'everything' ? 'do everything with' : verb}</dt>
          <dd>{what.join(', ')}</dd>
        </div>
      ))}
    </dl>
  );
}
