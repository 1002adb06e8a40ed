import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useOperation } from '../../../api/use-operation';
import type { May } from '../../../api/rights';
import { Ask } from '../../../components/dialogs/ask';
import { Sheet } from '../../../components/dialogs/dialog';
import { Field } from '../../../components/forms/field';
import { Loaded, Problem } from '../../../components/layout/states';
import { submitting } from '../../../components/forms/submitting';
import { useSending } from '../../../components/forms/use-sending';
import { useConsole } from '../../../shell/console';
import { SearchField } from '../search-field';
import { useShownOnce, type Secret } from '../shown-once';
import { useListQuery } from '../use-list-query';
import { SubjectList } from './subject-list';

const PATH = '/access/users';

/** People with an email and a password of the platform; those of an identity provider are known by access rules alone. */
export default function Users({ may }: { readonly may: May }): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const list = useListQuery(PATH, []);
  const query = useOperation('get_users', {}, { everyMs: 60_000 });
  const [sheet, shownOnce] = useShownOnce();
  const made = (secret: Secret): void => {
    navigate(PATH, { replace: true });
    shownOnce(secret);
  };
  const remove = async (userId: string): Promise<void> => {
    await api.call('delete_user_by_id', { params: { userId } });
    await queries.invalidateQueries({ queryKey: ['get_users'] });
  };
  return (
    <>
      <div className="bar filters">
        <SearchField text={list.search} show={(text) => list.show({ search: text })} />
        {may('users', 'create') ? (
          <Link className="button" data-kind="main" href={`${PATH}?new`}>
            New user
          </Link>
        ) : null}
      </div>
      <p className="soft">
        People who sign in with a password of the platform. Those of an identity provider need no entry here:
        access rules name them by email or group.
      </p>
      <Loaded query={query} lines={8}>
        {(users) => (
          <SubjectList
            label="Users"
            subjects={users}
            list={list}
            heads={['Email']}
            namesOf={({ username }) => [username]}
            cells={({ username }) => [username]}
            actions={
              may('users', 'delete')
                ? ({ id, username }) => (
                    <Ask label="Delete" about={username} title={`Delete ${username}?`} act={() => remove(id)}>
                      They cannot sign in any more, and their tokens end within 2 seconds.
                    </Ask>
                  )
                : undefined
            }
            empty="Make one for each person without an identity provider."
          />
        )}
      </Loaded>
      <Sheet title="New user" open={may('users', 'create') && params.has('new')} close={() => navigate(PATH)}>
        <NewUser made={made} />
      </Sheet>
      {sheet}
    </>
  );
}

function NewUser({ made }: { readonly made: (secret: Secret) => void }): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const { busy, error, send } = useSending();
  const make = (form: FormData): Promise<void> =>
    send(async () => {
      const body = { email: String(form.get('email') ?? '').trim() };
      const { username, tempPassword } = await api.call('create_user', { body });
      await queries.invalidateQueries({ queryKey: ['get_users'] });
      made({
        title: `The user ${username}`,
        parts: [
          ['Email', username],
          ['Password', tempPassword],
        ],
        next: (
          <p>
            They may do nothing yet.{' '}
            <Link href={`/access/rules?new&type=user&subject=${encodeURIComponent(username)}`}>
              Give them a role
            </Link>{' '}
            once the password is kept.
          </p>
        ),
      });
    });
  return (
    <form className="draft" onSubmit={submitting(make)}>
      <Field label="Email">{(id) => <input id={id} name="email" type="email" required autoFocus />}</Field>
      {error === undefined ? null : <Problem error={error} />}
      <button type="submit" className="button" data-kind="main" disabled={busy}>
        {busy ? 'Making' : 'Make the user'}
      </button>
    </form>
  );
}
