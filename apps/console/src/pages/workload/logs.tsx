import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { saveFile } from '../../components/values/save-file';
import { Empty, Loaded, Problem } from '../../components/layout/states';
import { useConsole } from '../../shell/console';
import { lastLines, piecesOf } from './log-lines';
import './workload.css';

const LINES = 500;
/** The log on the page keeps its end only, characters. */
const MOST = 400_000;
/** Pieces of a log that arrive together are shown together, ms. */
const GATHER_MS = 100;

/** The log of a pod: its last lines and those that come. The pod stands in the address. */
export function Logs({ id }: { readonly id: string }): ReactElement {
  const given = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const query = useOperation('get_workload_pods', { params: { workloadId: id }, query: { limit: 500 } });
  const show = (podId: string, previous: boolean): void =>
    navigate(
      `/workloads/${id}/logs?${new URLSearchParams({ pod: podId, ...(previous ? { previous: '' } : {}) })}`,
      {
        replace: true,
      },
    );
  return (
    <Loaded query={query}>
      {({ pods }) => {
        const pod = pods.find((one) => one.id === given.get('pod')) ?? pods[0];
        if (pod === undefined) return <Empty title="No pods">There is nothing that writes a log.</Empty>;
        const previous = given.has('previous');
        return (
          <>
            <div className="bar">
              <div className="field">
                <label htmlFor="log-pod">Pod</label>
                <select id="log-pod" value={pod.id} onChange={({ target }) => show(target.value, previous)}>
                  {pods.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.name}
                    </option>
                  ))}
                </select>
              </div>
              <div className="field">
                <label htmlFor="log-which">Container</label>
                <select
                  id="log-which"
                  value={previous ? 'previous' : 'current'}
                  onChange={({ target }) => show(pod.id, target.value === 'previous')}
                >
                  <option value="current">Current</option>
                  <option value="previous">Before its last restart</option>
                </select>
              </div>
            </div>
            <Log key={`${pod.id} ${previous}`} id={id} podId={pod.id} name={pod.name} previous={previous} />
          </>
        );
      }}
    </Loaded>
  );
}

function Log({
  id,
  podId,
  name,
  previous,
}: {
  readonly id: string;
  readonly podId: string;
  readonly name: string;
  readonly previous: boolean;
}): ReactElement {
  const { text, error } = useLog(id, podId, previous);
  const [isFollowed, setFollowed] = useState(true);
  const [isWrapped, setWrapped] = useState(true);
  const [isOnly, setOnly] = useState(false);
  const [wanted, setWanted] = useState('');
  const place = useRef<HTMLPreElement>(null);
  const sought = useDeferredValue(wanted.trim());
  const lines = useMemo(() => text.split('\n').map((line) => piecesOf(line, sought)), [text, sought]);
  const found = sought === '' ? [] : lines.filter((pieces) => pieces.some(({ isFound }) => isFound));
  useEffect(() => {
    if (isFollowed && place.current !== null) place.current.scrollTop = place.current.scrollHeight;
  }, [text, isFollowed, isWrapped]);
  if (error !== undefined) return <Problem error={error} />;
  return (
    <>
      <div className="bar">
        <div className="field">
          <label htmlFor="log-search">Search</label>
          <input
            id="log-search"
            type="search"
            value={wanted}
            onChange={({ target }) => setWanted(target.value)}
          />
        </div>
        {sought === '' ? null : (
          <span className="number" role="status">
            {found.length} of {lines.length} lines
          </span>
        )}
        <Check label="Only these lines" isOn={isOnly} set={setOnly} />
        <Check label="Wrap lines" isOn={isWrapped} set={setWrapped} />
        {previous ? null : <Check label="Follow" isOn={isFollowed} set={setFollowed} />}
        <button
          type="button"
          className="button"
          onClick={() => saveFile(`${name}.log`, new Blob([text], { type: 'text/plain' }))}
        >
          Save
        </button>
      </div>
      <pre
        ref={place}
        className="log"
        data-wrapped={isWrapped ? true : undefined}
        tabIndex={0}
        aria-label="Log"
      >
        {text === ''
          ? 'The log is empty.'
          : (isOnly && sought !== '' ? found : lines).map((pieces, at) => (
              <span key={at}>
                {pieces.map(({ text: piece, isFound }, part) =>
                  isFound ? <mark key={part}>{piece}</mark> : piece,
                )}
                {'\n'}
              </span>
            ))}
      </pre>
    </>
  );
}

function Check({
  label,
  isOn,
  set,
}: {
  readonly label: string;
  readonly isOn: boolean;
  readonly set: (isOn: boolean) => void;
}): ReactElement {
  return (
    <label className="check">
      <input type="checkbox" checked={isOn} onChange={({ target }) => set(target.checked)} /> {label}
    </label>
  );
}

/** The end of a log, followed where it is that of a running container. */
function useLog(
  id: string,
  podId: string,
  previous: boolean,
): { readonly text: string; readonly error: unknown } {
  const { api } = useConsole();
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const stopped = new AbortController();
    let gathered = '';
    const take = (): void => {
      if (gathered === '') return;
      const more = gathered;
      gathered = '';
      setText((known) => lastLines(known + more, MOST));
    };
    const timer = setInterval(take, GATHER_MS);
    const read = async (): Promise<void> => {
      const { body } = await api.send('get_workload_pod_logs', {
        params: { workloadId: id, podId },
        query: { tailLines: LINES, follow: !previous, previous },
        signal: stopped.signal,
      });
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read())
        gathered += piece.value;
      take();
    };
    read().catch((failure: unknown) => (stopped.signal.aborted ? undefined : setError(failure)));
    return () => {
      clearInterval(timer);
      stopped.abort();
    };
  }, [api, id, podId, previous]);
  return { text, error };
}
