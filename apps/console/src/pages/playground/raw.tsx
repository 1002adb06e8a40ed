import { useId, useState, type ReactElement } from 'react';
import { submitting } from '../../components/forms/submitting';
import { Copy } from '../../components/values/copy';
import './playground.css';
import { RawAnswer } from './raw-answer';
import { useRawExchange } from './raw-exchange';
import { curlOf, EMPTY_REQUEST, headersOf, METHODS, takesBody, urlOf, type RawDraft } from './raw-request';

/** Paths that servers of models often have. */
const PATHS = [
  'v1/models',
  'v1/embeddings',
  'v1/completions',
  'v2/health/ready',
  'v2/models',
  'health',
  'metrics',
];

/** Any request to a workload through the gateway, as the reader. `base` is the address of the workload. */
export function Raw({ base }: { readonly base: string }): ReactElement {
  const id = useId();
  const [draft, setDraft] = useState<RawDraft>(EMPTY_REQUEST);
  const { current, send, stop } = useRawExchange();
  const headers = headersOf(draft.headers);
  const isOpen = current?.state === 'waiting' || current?.state === 'open';
  const change = (some: Partial<RawDraft>): void => setDraft({ ...draft, ...some });
  const url = urlOf(base, draft.path);
  const hasBody = takesBody(draft.method);
  const submit = (): Promise<void> => {
    if (isOpen) stop();
    else if (typeof headers !== 'string') {
      const typed = hasBody && draft.body !== '' ? { 'content-type': 'application/json' } : {};
      send({
        url,
        method: draft.method,
        headers: { ...typed, ...lowered(headers) },
        ...(hasBody && draft.body !== '' ? { body: draft.body } : {}),
      });
    }
    return Promise.resolve();
  };
  return (
    <div className="columns">
      <section className="panel" aria-label="Request">
        <form className="draft request" onSubmit={submitting(submit)}>
          <div className="request-line">
            <div className="field">
              <label htmlFor={`${id}-method`}>Method</label>
              <select
                id={`${id}-method`}
                value={draft.method}
                onChange={({ target }) => change({ method: target.value })}
              >
                {METHODS.map((method) => (
                  <option key={method}>{method}</option>
                ))}
              </select>
            </div>
            <div className="field">
              <label htmlFor={`${id}-path`}>Path</label>
              <input
                id={`${id}-path`}
                list={`${id}-paths`}
                spellCheck={false}
                autoCapitalize="none"
                value={draft.path}
                placeholder="v1/models"
                aria-describedby={`${id}-url`}
                onChange={({ target }) => change({ path: target.value })}
              />
              <datalist id={`${id}-paths`}>
                {PATHS.map((path) => (
                  <option key={path} value={path} />
                ))}
              </datalist>
            </div>
          </div>
          <p id={`${id}-url`} className="small soft address">
            {url}
          </p>
          <div className="field">
            <label htmlFor={`${id}-headers`}>Headers</label>
            <textarea
              id={`${id}-headers`}
              rows={2}
              spellCheck={false}
              placeholder="accept: text/plain"
              value={draft.headers}
              aria-invalid={typeof headers === 'string'}
              aria-describedby={`${id}-wrong`}
              onChange={({ target }) => change({ headers: target.value })}
            />
            <span id={`${id}-wrong`} className="small soft">
              {typeof headers === 'string' ? headers : 'Your token is added for the gateway.'}
            </span>
          </div>
          {hasBody ? (
            <div className="field">
              <label htmlFor={`${id}-body`}>Body</label>
              <textarea
                id={`${id}-body`}
                rows={8}
                spellCheck={false}
                value={draft.body}
                onChange={({ target }) => change({ body: target.value })}
              />
            </div>
          ) : null}
          <div className="bar">
            <button
              type="submit"
              className="button"
              data-kind={isOpen ? 'danger' : 'main'}
              disabled={!isOpen && typeof headers === 'string'}
            >
              {isOpen ? 'Stop' : 'Send'}
            </button>
          </div>
          {typeof headers === 'string' ? null : (
            <details>
              <summary>For a shell</summary>
              <Copy text={curlOf(url, draft, headers)} />
            </details>
          )}
        </form>
      </section>
      <RawAnswer exchange={current} />
    </div>
  );
}

/** Names in lower case, so that what was typed replaces what is added. */
const lowered = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
