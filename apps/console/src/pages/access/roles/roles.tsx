import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { BodyOf } from '../../../api/client';
import { useOperation } from '../../../api/use-operation';
import type { May } from '../../../api/rights';
import { Panel } from '../../../components/layout/panel';
import { Loaded } from '../../../components/layout/states';
import { Permissions } from './permissions';

/** What each role may do, in the scope in which somebody has it. */
export default function Roles({ may }: { readonly may: May }): ReactElement {
  const query = useOperation('get_roles');
  return (
    <Loaded query={query} lines={8}>
      {(roles) => (
        <>
          <p className="soft">
            A role counts in the scope in which a rule gives it – tenant, cluster, department or project – and
            in everything below.
          </p>
          <div className="columns">
            {roles.map((role) => (
              <RolePanel key={role.id} role={role} rules={may('access_rules', 'read')} />
            ))}
          </div>
        </>
      )}
    </Loaded>
  );
}

function RolePanel({
  role: { id, name, description, permissions },
  rules,
}: {
  readonly role: BodyOf<'get_roles'>[number];
  readonly rules: boolean;
}): ReactElement {
  const aside = rules ? (
    <Link className="small" href={`/access/rules?role=${id}`} aria-label={`Who has it: ${name}`}>
      Who has it
    </Link>
  ) : undefined;
  return (
    <Panel title={name} aside={aside}>
      <p>{description}</p>
      <Permissions permissions={permissions} />
    </Panel>
  );
}
