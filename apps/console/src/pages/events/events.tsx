import { useEffect, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import type { WorkloadChange } from '../../live/live-events';
import { Empty } from '../../parts/states';
import { When } from '../../parts/when';
import { useConsole } from '../../shell/console';

/** The page keeps so many events; the API keeps all of a week. */
const MOST = 500;
/** Events that arrive together are shown together, ms. */
const GATHER_MS = 250;
const TYPE = /^io\.tessera\.(?:inference\.)?(.+)\.v\d+$/;

const shortType = (type: string): string => TYPE.exec(type)?.[1] ?? type;

/** Events as they happen, newest first. */
export default function Events(): ReactElement {
  const [paused, setPaused] = useState(false);
  const [text, setText] = useState('');
  const events = useRecent(paused);
  const wanted = text.trim().toLowerCase();
  const shown = events.filter(({ type, workloadname = '' }) =>
    `${shortType(type)} ${workloadname}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <div className="title">
        <h1>Events</h1>
        <button type="button" className="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? 'Go on' : 'Pause'}
        </button>
      </div>
      <div className="bar">
        <div className="field">
          <label htmlFor="event-filter">Filter</label>
          <input
            id="event-filter"
            type="search"
            placeholder="Type or workload"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </div>
      </div>
      {shown.length === 0 ? (
        <Empty title="No event yet">Events that happen from now on appear here.</Empty>
      ) : (
        <ol className="steps panel" aria-live="off">
          {shown.map((event) => (
            <li key={event.id}>
              <When at={event.time} />
              <div>
                <strong>{shortType(event.type)}</strong>{' '}
                {event.subject === undefined ? null : (
                  <Link href={`/workloads/${event.subject}`}>{event.workloadname ?? event.subject}</Link>
                )}
                <details className="small">
                  <summary>Data</summary>
                  <pre>{JSON.stringify(event.data, null, 2)}</pre>
                </details>
              </div>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function useRecent(paused: boolean): readonly WorkloadChange[] {
  const { live } = useConsole();
  const [events, setEvents] = useState<readonly WorkloadChange[]>([]);
  useEffect(() => {
    if (paused) return undefined;
    let gathered: WorkloadChange[] = [];
    const timer = setInterval(() => {
      if (gathered.length === 0) return;
      const arrived = gathered.reverse();
      gathered = [];
      setEvents((known) => [...arrived, ...known].slice(0, MOST));
    }, GATHER_MS);
    const ended = live.read((change) => void gathered.push(change));
    return () => {
      ended();
      clearInterval(timer);
    };
  }, [live, paused]);
  return events;
}
