import { useEffect, useState, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Empty, Loaded, Problem } from '../../parts/states';
import { useConsole } from '../../shell/console';

const LINES = 500;
/** The log on the page keeps its end only, characters. */
const MOST = 400_000;

/** The log of a pod: its last lines and those that come. */
export function Logs({ id }: { readonly id: string }): ReactElement {
  const [chosen, setPod] = useState<string>();
  const [previous, setPrevious] = useState(false);
  const query = useOperation('get_workload_pods', { params: { workloadId: id }, query: { limit: 500 } });
  return (
    <Loaded query={query}>
      {({ pods }) => {
        const podId = chosen ?? pods[0]?.id;
        if (podId === undefined) return <Empty title="No pods">There is nothing that writes a log.</Empty>;
        return (
          <>
            <div className="bar">
              <div className="field">
                <label htmlFor="log-pod">Pod</label>
                <select id="log-pod" value={podId} onChange={({ target }) => setPod(target.value)}>
                  {pods.map((pod) => (
                    <option key={pod.id} value={pod.id}>
                      {pod.name}
                    </option>
                  ))}
                </select>
              </div>
              <label>
                <input
                  type="checkbox"
                  checked={previous}
                  onChange={({ target }) => setPrevious(target.checked)}
                />{' '}
                of the container before its last restart
              </label>
            </div>
            <Log key={`${podId} ${previous}`} id={id} podId={podId} previous={previous} />
          </>
        );
      }}
    </Loaded>
  );
}

function Log({
  id,
  podId,
  previous,
}: {
  readonly id: string;
  readonly podId: string;
  readonly previous: boolean;
}): ReactElement {
  const { api } = useConsole();
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const stopped = new AbortController();
    const read = async (): Promise<void> => {
      const { body } = await api.send('get_workload_pod_logs', {
        params: { workloadId: id, podId },
        query: { tailLines: LINES, follow: !previous, previous },
        signal: stopped.signal,
      });
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      for (
        let piece = await reader?.read();
        piece !== undefined && !piece.done;
        piece = await reader?.read()
      ) {
        const { value } = piece;
        setText((known) => (known + value).slice(-MOST));
      }
    };
    read().catch((failure: unknown) => (stopped.signal.aborted ? undefined : setError(failure)));
    return () => stopped.abort();
  }, [api, id, podId, previous]);
  if (error !== undefined) return <Problem error={error} />;
  return (
    <pre className="log" tabIndex={0} aria-label="Log">
      {text === '' ? 'The log is empty.' : text}
    </pre>
  );
}
