import { useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { useOperation } from '../../api/use-operation';
import { Problem } from '../../components/layout/states';
import { submitting } from '../../components/forms/submitting';
import { isObject, valueAt, type Body } from './body/body';
import { DraftFields } from './draft-fields';
import './form.css';
import { JsonEditor } from './json/json-editor';
import { readJson } from './json/json-text';
import { useFindings } from './use-findings';
import { WhereItGoes } from './where-it-goes';

/**
 * Edits the body of a request, guided or as JSON, with what the API would say of it and where its replicas would go.
 * `before` is the body of a workload that exists.
 */
export function WorkloadForm({
  body,
  before,
  change,
  above,
  below,
  action,
  send,
}: {
  readonly body: Body;
  readonly before?: Body;
  readonly change: (body: Body) => void;
  readonly above?: ReactNode;
  /** Stands below where the replicas would go. */
  readonly below?: ReactNode;
  /** What the button says; undefined where there is nothing to send. */
  readonly action: { readonly idle: string; readonly busy: string; readonly isOff?: boolean };
  readonly send: (body: Body) => Promise<void>;
}): ReactElement {
  const [text, setText] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [isSent, setSent] = useState(false);
  const parsed = useMemo(() => (text === undefined ? undefined : readJson(text)), [text]);
  const isJson = parsed?.ok !== false;
  const findings = useFindings(body, before);
  const errors = findings?.filter(({ isWarning }) => isWarning !== true) ?? [];
  const isSound = isJson && findings !== undefined && errors.length === 0;
  const projects =
    useOperation('get_projects', { query: { limit: 500, sortBy: 'name' } }).data?.projects ?? [];
  const clusterId = valueAt(body, 'clusterId');
  const pools = (useOperation('get_node_pools').data?.nodepools ?? [])
    .filter((pool) => pool.clusterId === clusterId)
    .map(({ name }) => name);
  const type = (next: string): void => {
    setText(next);
    const read = readJson(next);
    if (read.ok) change(isObject(read.value) ? read.value : {});
  };
  const guided = (next: Body): void => {
    const project = projects.find(({ id }) => id === valueAt(next, 'projectId'));
    change(project === undefined ? next : { ...next, clusterId: project.clusterId });
  };
  const submit = async (): Promise<void> => {
    setSent(true);
    if (!isJson || errors.length > 0) return;
    setBusy(true);
    setError(undefined);
    try {
      await send(body);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="draft" onSubmit={submitting(submit)} noValidate={text !== undefined}>
      <div className="tabs" role="group" aria-label="How to edit">
        <button
          type="button"
          aria-pressed={text === undefined}
          disabled={!isJson}
          onClick={() => setText(undefined)}
        >
          Form
        </button>
        <button
          type="button"
          aria-pressed={text !== undefined}
          onClick={() => setText(text ?? JSON.stringify(body, null, 2))}
        >
          JSON
        </button>
      </div>
      <div className="halves">
        <div className="draft">
          {text === undefined ? above : null}
          {text === undefined ? (
            <DraftFields
              body={body}
              projects={projects}
              pools={pools}
              isNew={before === undefined}
              findings={findings ?? []}
              change={guided}
            />
          ) : (
            <JsonEditor text={text} findings={findings ?? []} change={type} />
          )}
        </div>
        <div className="draft beside">
          {/* First: what appears below must not move it from under the pointer. */}
          <button
            type="submit"
            className="button"
            data-kind="main"
            disabled={busy || action.isOff === true || (text !== undefined && !isSound)}
          >
            {busy ? action.busy : action.idle}
          </button>
          <WhereItGoes body={isSound ? body : undefined} />
          {below}
          {isSent && text === undefined && errors.length > 0 ? (
            <ul className="notice" data-tone="bad" role="alert">
              {errors.map(({ field, message }) => (
                <li key={`${field} ${message}`}>
                  <code>{field}</code> {message}
                </li>
              ))}
            </ul>
          ) : null}
          {error === undefined ? null : <Problem error={error} />}
        </div>
      </div>
    </form>
  );
}
