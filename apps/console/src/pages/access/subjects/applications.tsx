import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { BodyOf } from '../../../api/client';
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

type Application = BodyOf<'get_applications'>[number];

const PATH = '/access/applications';

/** Programs that authenticate with a client id and a secret. */
export default function Applications({ may }: { readonly may: May }): ReactElement {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const list = useListQuery(PATH, []);
  const query = useOperation('get_applications', {}, { everyMs: 60_000 });
  const [sheet, shownOnce] = useShownOnce();
  const made = (secret: Secret): void => {
    navigate(PATH, { replace: true });
    shownOnce(secret);
  };
  const mayAct = may('apps', 'update') || may('apps', 'delete');
  return (
    <>
      <div className="bar filters">
        <SearchField text={list.search} show={(text) => list.show({ search: text })} />
        {may('apps', 'create') ? (
          <Link className="button" data-kind="main" href={`${PATH}?new`}>
            New application
          </Link>
        ) : null}
      </div>
      <Loaded query={query} lines={8}>
        {(applications) => (
          <SubjectList
            label="Applications"
            subjects={applications}
            list={list}
            heads={['Name', 'Client id']}
            namesOf={({ name, clientId }) => [name, clientId]}
            cells={({ name, clientId }) => [name, <code key={clientId}>{clientId}</code>]}
            actions={
              mayAct ? (application) => <Actions of={application} may={may} made={shownOnce} /> : undefined
            }
            empty="An application signs in with a client id and a secret; access rules say what it may do."
          />
        )}
      </Loaded>
      <Sheet
        title="New application"
        open={may('apps', 'create') && params.has('new')}
        close={() => navigate(PATH)}
      >
        <NewApplication made={made} />
      </Sheet>
      {sheet}
    </>
  );
}

function NewApplication({ made }: { readonly made: (secret: Secret) => void }): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const { busy, error, send } = useSending();
  const make = (form: FormData): Promise<void> =>
    send(async () => {
      const given = String(form.get('clientId') ?? '').trim();
      const body = {
        name: String(form.get('name') ?? '').trim(),
        ...(given === '' ? {} : { clientId: given }),
      };
      const { name, clientId, clientSecret } = await api.call('create_application', { body });
      await queries.invalidateQueries({ queryKey: ['get_applications'] });
      made({
        title: `The application ${name}`,
        parts: [
          ['Client id', clientId],
          ['Client secret', clientSecret],
        ],
        next: (
          <p>
            It may do nothing yet.{' '}
            <Link href={`/access/rules?new&type=app&subject=${encodeURIComponent(clientId)}`}>
              Give it a role
            </Link>{' '}
            once the secret is kept.
          </p>
        ),
      });
    });
  return (
    <form className="draft" onSubmit={submitting(make)}>
      <Field label="Name">{(id) => <input id={id} name="name" required autoFocus />}</Field>
      <Field label="Client id">
        {(id) => <input id={id} name="clientId" placeholder="As the name" spellCheck={false} />}
      </Field>
      {error === undefined ? null : <Problem error={error} />}
      <button type="submit" className="button" data-kind="main" disabled={busy}>
        {busy ? 'Making' : 'Make the application'}
      </button>
    </form>
  );
}

function Actions({
  of: { id, name, clientId },
  may,
  made,
}: {
  readonly of: Application;
  readonly may: May;
  readonly made: (secret: Secret) => void;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const params = { appId: id };
  const regenerate = async (): Promise<void> => {
    const { clientSecret } = await api.call('regenerate_application_secret', { params });
    made({
      title: `The new secret of ${name}`,
      parts: [
        ['Client id', clientId],
        ['Client secret', clientSecret],
      ],
    });
  };
  const remove = async (): Promise<void> => {
    await api.call('delete_application_by_id', { params });
    await queries.invalidateQueries({ queryKey: ['get_applications'] });
  };
  return (
    <>
      {may('apps', 'update') ? (
        <Ask label="New secret" about={name} title={`A new secret for ${name}?`} act={regenerate}>
          The secret of now stops working at once, and tokens that were made with it within 2 seconds. The new
          one is shown once.
        </Ask>
      ) : null}
      {may('apps', 'delete') ? (
        <Ask label="Delete" about={name} title={`Delete ${name}?`} act={remove}>
          Its tokens end within 2 seconds, and its access rules go with it. What it created stays.
        </Ask>
      ) : null}
    </>
  );
}
