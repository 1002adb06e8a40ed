import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Sheet } from '../../parts/dialog';
import { Problem } from '../../parts/states';
import { submitting } from '../../parts/submitting';
import { useConsole } from '../../shell/console';
import { EMPTY, requestOf, TEMPLATES, type Draft } from './draft';
import { DraftFields } from './draft-fields';
import { WhereItGoes } from './where-it-goes';

/** The button and the form that create a workload; `open` shows the form at once. */
export function NewWorkload({ open }: { readonly open: boolean }): ReactElement {
  const [, navigate] = useLocation();
  const close = (): void => navigate('/workloads');
  return (
    <>
      <button type="button" className="button" data-kind="main" onClick={() => navigate('/workloads?new')}>
        New workload
      </button>
      <Sheet title="New workload" open={open} close={close}>
        <Form />
      </Sheet>
    </>
  );
}

function Form(): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [typed, setDraft] = useState(EMPTY);
  const [json, setJson] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const projects =
    useOperation('get_projects', { query: { limit: 500, sortBy: 'name' } }).data?.projects ?? [];
  const project = projects.find(({ id }) => id === typed.projectId) ?? projects[0];
  const draft: Draft = { ...typed, projectId: project?.id ?? '', clusterId: project?.clusterId ?? '' };
  const request = json === undefined ? requestOf(draft) : parsed(json);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const { workloadId } = await api.call('create_inference1', { body: request });
      await queries.invalidateQueries({ queryKey: ['get_workloads'] });
      navigate(`/workloads/${workloadId}`);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="draft" onSubmit={submitting(submit)}>
      <div className="bar" role="group" aria-label="Templates">
        {TEMPLATES.map(([name, change]) => (
          <button
            key={name}
            type="button"
            className="button"
            onClick={() => setDraft({ ...typed, ...change })}
          >
            {name}
          </button>
        ))}
      </div>
      {json === undefined ? (
        <DraftFields
          draft={draft}
          projects={projects}
          change={(change) => setDraft({ ...typed, ...change })}
        />
      ) : (
        <div className="field">
          <label htmlFor="draft-json">Body of the request</label>
          <textarea
            id="draft-json"
            rows={18}
            spellCheck={false}
            value={json}
            aria-invalid={request === undefined}
            onChange={({ target }) => setJson(target.value)}
          />
          {request === undefined ? <span className="small">This is not JSON.</span> : null}
        </div>
      )}
      <button
        type="button"
        className="button"
        onClick={() => setJson(json === undefined ? JSON.stringify(request, null, 2) : undefined)}
      >
        {json === undefined ? 'Edit as JSON' : 'Back to the form'}
      </button>
      <WhereItGoes request={request} />
      {error === undefined ? null : <Problem error={error} />}
      <button type="submit" className="button" data-kind="main" disabled={busy || request === undefined}>
        {busy ? 'Creating' : 'Create'}
      </button>
    </form>
  );
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
