import { useQueryClient } from '@tanstack/react-query';
import { useId, useState, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { MODELS } from '../../gateway/use-models';
import { Sheet } from '../../components/dialogs/dialog';
import { Problem } from '../../components/layout/states';
import { submitting } from '../../components/forms/submitting';
import { useConsole } from '../../shell/console';
import {
  anotherPlace,
  creationOf,
  draftOf,
  newDraft,
  routesOf,
  type Alias,
  type AliasDraft,
} from './alias-draft';
import { FallbackRows, TargetRows } from './place-rows';

const MOST = 500;

/** The button and the form that make an alias. */
export function NewAlias(): ReactElement {
  const { api } = useConsole();
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <button type="button" className="button" data-kind="main" onClick={() => setOpen(true)}>
        New alias
      </button>
      <Sheet title="New alias" open={open} close={close}>
        <AliasForm
          label="Create"
          save={(draft) => api.call('create_model_alias', { body: creationOf(draft) })}
          close={close}
        />
      </Sheet>
    </>
  );
}

/** The form that changes where the requests of an alias go. */
export function ChangeAlias({
  alias,
  open,
  close,
}: {
  readonly alias: Alias;
  readonly open: boolean;
  readonly close: () => void;
}): ReactElement {
  const { api } = useConsole();
  return (
    <Sheet title={`Where the requests for ${alias.name} go`} open={open} close={close}>
      <AliasForm
        alias={alias}
        label="Save"
        save={(draft) =>
          api.call('change_model_alias', { params: { aliasId: alias.id }, body: routesOf(draft) })
        }
        close={close}
      />
    </Sheet>
  );
}

function AliasForm({
  alias,
  label,
  save,
  close,
}: {
  readonly alias?: Alias;
  readonly label: string;
  readonly save: (draft: AliasDraft) => Promise<unknown>;
  readonly close: () => void;
}): ReactElement {
  const id = useId();
  const queries = useQueryClient();
  const [typed, setTyped] = useState<AliasDraft>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const projects =
    useOperation('get_projects', { query: { limit: MOST, sortBy: 'name' } }).data?.projects ?? [];
  const draft = typed ?? (alias === undefined ? newDraft(projects[0]?.id ?? '') : draftOf(alias));
  const change = (some: Partial<AliasDraft>): void => setTyped({ ...draft, ...some });
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await save(draft);
      await queries.invalidateQueries({ queryKey: ['get_model_aliases'] });
      await queries.invalidateQueries({ queryKey: [MODELS] });
      close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const rows = { projects: draft.projectId === '' ? projects : undefined, projectId: draft.projectId };
  return (
    <form className="draft" onSubmit={submitting(submit)}>
      {alias === undefined ? (
        <div className="fields">
          <div className="field">
            <label htmlFor={`${id}-name`}>Name</label>
            <input
              id={`${id}-name`}
              required
              autoFocus
              placeholder="What requests have as model"
              value={draft.name}
              onChange={({ target }) => change({ name: target.value })}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-scope`}>Counts in</label>
            <select
              id={`${id}-scope`}
              value={draft.projectId}
              onChange={({ target }) => change({ projectId: target.value })}
            >
              {projects.map((project) => (
                <option key={project.id} value={project.id}>
                  {project.name}
                </option>
              ))}
              <option value="">All projects</option>
            </select>
          </div>
        </div>
      ) : null}
      <TargetRows
        {...rows}
        targets={draft.targets}
        change={(targets) => change({ targets })}
        add={() => change({ targets: [...draft.targets, anotherPlace(draft)] })}
      />
      <FallbackRows
        {...rows}
        fallbacks={draft.fallbacks}
        change={(fallbacks) => change({ fallbacks })}
        add={() => change({ fallbacks: [...draft.fallbacks, anotherPlace(draft)] })}
      />
      {draft.fallbacks.length === 0 ? null : (
        <div className="field">
          <label htmlFor={`${id}-wait`}>Wait for a replica before the next is asked, seconds</label>
          <input
            id={`${id}-wait`}
            type="number"
            min="0"
            step="1"
            placeholder="as long as any request waits"
            value={draft.waitSeconds}
            onChange={({ target }) => change({ waitSeconds: target.value })}
          />
        </div>
      )}
      {error === undefined ? null : <Problem error={error} />}
      <div className="bar between">
        <span className="small soft">Gateways follow within 2 s. Requests that have a workload keep it.</span>
        <button type="submit" className="button" data-kind="main" aria-disabled={busy}>
          {busy ? 'Saving' : label}
        </button>
      </div>
    </form>
  );
}
