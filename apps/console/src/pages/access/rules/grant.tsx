import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import type { BodyOf } from '../../../api/client';
import { useOperation } from '../../../api/use-operation';
import { Field } from '../../../components/forms/field';
import { Loaded, Problem } from '../../../components/layout/states';
import { submitting } from '../../../components/forms/submitting';
import { useSending } from '../../../components/forms/use-sending';
import { useConsole } from '../../../shell/console';
import { Permissions } from '../roles/permissions';
import { ruleOf, SUBJECTS } from './rule-request';
import { ScopeFields } from './scope-fields';
import type { SubjectNames } from './use-subject-names';

/** The form that gives somebody a role in a scope. */
export function Grant({
  type,
  subject,
  names,
  given,
}: {
  /** Kind and name of the subject that the form begins with. */
  readonly type: string | null;
  readonly subject: string | null;
  readonly names: SubjectNames;
  readonly given: () => void;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const { busy, error, send } = useSending();
  const roles = useOperation('get_roles');
  const [kind, setKind] = useState<string>(SUBJECTS.find(([one]) => one === type)?.[0] ?? 'user');
  const give = (form: FormData): Promise<void> =>
    send(async () => {
      await api.call('create_access_rule', { body: ruleOf(form) });
      await queries.invalidateQueries({ queryKey: ['get_access_rules'] });
      given();
    });
  const [, , identified] = SUBJECTS.find(([one]) => one === kind) ?? SUBJECTS[0];
  const known = kind === 'app' ? names.applications : kind === 'user' ? names.users : [];
  return (
    <form className="draft" onSubmit={submitting(give)}>
      <div className="fields">
        <Field label="Who">
          {(id) => (
            <select id={id} name="subjectType" value={kind} onChange={({ target }) => setKind(target.value)}>
              {SUBJECTS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={identified}>
          {(id) => (
            <>
              <input
                id={id}
                name="subjectId"
                required
                autoFocus
                spellCheck={false}
                autoComplete="off"
                list={`${id}-known`}
                defaultValue={subject ?? ''}
              />
              <datalist id={`${id}-known`}>
                {known.map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
      <Loaded query={roles} lines={2}>
        {(all) => <RoleField roles={all} />}
      </Loaded>
      <ScopeFields />
      {kind === 'app' ? null : (
        <details>
          <summary>From another issuer</summary>
          <Field label="Issuer of the tokens">
            {(id) => <input id={id} name="issuer" type="url" placeholder="https://login.example.com" />}
          </Field>
          <p className="hint">
            Needed for groups and subjects (sub) where the platform trusts several identity providers. A
            verified email counts from each of them.
          </p>
        </details>
      )}
      {error === undefined ? null : <Problem error={error} />}
      <button type="submit" className="button" data-kind="main" disabled={busy}>
        {busy ? 'Giving' : 'Give the role'}
      </button>
    </form>
  );
}

function RoleField({ roles }: { readonly roles: BodyOf<'get_roles'> }): ReactElement {
  // The least of them, so that nobody is made an administrator by accident.
  const [chosen, setChosen] = useState(roles.at(-1)?.id);
  const role = roles.find(({ id }) => id === chosen);
  return (
    <>
      <Field label="Role">
        {(id) => (
          <select
            id={id}
            name="roleId"
            value={chosen}
            onChange={({ target }) => setChosen(Number(target.value))}
          >
            {roles.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {role === undefined ? null : (
        <details>
          <summary>{role.description}</summary>
          <Permissions permissions={role.permissions} />
        </details>
      )}
    </>
  );
}
