import { memo, useState, type ReactElement, type ReactNode } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { EVENT_NAMES, sentenceOf, severityOf, shortType } from '../../live/event-text';
import type { WorkloadChange } from '../../live/live-events';
import { number } from '../../components/values/numbers';
import { PageTitle } from '../../components/layout/page-title';
import { Empty, Problem, Waiting } from '../../components/layout/states';
import { When } from '../../components/values/when';
import { useLiveness } from '../../shell/console';
import { eventFilter, queryOf, type EventFilter } from './event-filter';
import './events.css';
import { Filters } from './filters';
import { MOST, useEventList } from './use-event-list';

/** Events as they happen, newest first, with those of the time before that the reader asks for. */
export default function Events(): ReactElement {
  const search = useSearch();
  const [, navigate] = useLocation();
  const [paused, setPaused] = useState(false);
  const filter = eventFilter(search);
  const { list, held, replay, replays } = useEventList(filter, paused);
  const show = (change: Partial<EventFilter>): void => {
    const query = queryOf({ ...filter, ...change });
    navigate(query === '' ? '/events' : `/events?${query}`, { replace: true });
  };
  return (
    <>
      <PageTitle name="Events">
        <button type="button" className="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? `Go on${held === 0 ? '' : ` (${number(held)} new)`}` : 'Pause'}
        </button>
      </PageTitle>
      <Filters filter={filter} show={show} />
      {replay.error === null ? null : <Problem error={replay.error} retry={() => void replay.refetch()} />}
      {replay.data?.missed === true ? (
        <Notice>Some of the events asked for are no longer kept: the API keeps a week.</Notice>
      ) : null}
      {replay.data?.cut === true ? (
        <Notice>
          There were more events than this page reads at once; those right before it was opened are missing. A
          type or a project makes them fewer.
        </Notice>
      ) : null}
      {list.dropped === 0 ? null : (
        <Notice>
          {number(list.dropped)} older events were dropped: the page keeps {number(MOST)}. Filters and a
          replay bring them back.
        </Notice>
      )}
      {list.events.length > 0 ? (
        <List events={list.events} />
      ) : replays && replay.data === undefined && replay.error === null ? (
        <Waiting lines={8} />
      ) : (
        <None replays={replays} isAll={search === ''} />
      )}
    </>
  );
}

function Notice({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <div className="notice small" data-tone="warn" role="status">
      {children}
    </div>
  );
}

function None({ replays, isAll }: { readonly replays: boolean; readonly isAll: boolean }): ReactElement {
  const live = useLiveness();
  return (
    <Empty title={isAll ? 'No event yet' : 'No event that matches'}>
      {live === 'offline'
        ? 'Events do not arrive: the API cannot be reached.'
        : replays
          ? 'Others appear here as they happen.'
          : 'Events that happen from now on appear here; a replay shows earlier ones.'}
    </Empty>
  );
}

/** So many rows are drawn, and so many more each time that the reader asks: all of them would move with every event. */
const DRAWN = 200;

function List({ events }: { readonly events: readonly WorkloadChange[] }): ReactElement {
  const [most, setMost] = useState(DRAWN);
  return (
    <>
      <ol className="events panel" aria-label="Events">
        {events.slice(0, most).map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </ol>
      {events.length <= most ? null : (
        <button type="button" className="button older" onClick={() => setMost(most + DRAWN)}>
          Show older
        </button>
      )}
    </>
  );
}

const SHAPES = { bad: 'square', warn: 'ring', good: 'dot', info: 'dot' } as const;
const TONES = { bad: 'bad', warn: 'warn', good: 'good', info: 'calm' } as const;

/** An event never changes, so that its row is drawn once. */
const Row = memo(function Row({ event }: { readonly event: WorkloadChange }): ReactElement {
  const { subject, workloadname, type, time, data } = event;
  const severity = severityOf(event);
  const [open, setOpen] = useState(false);
  return (
    <li>
      <When at={time} />
      <span className="phase" data-tone={TONES[severity]} data-shape={SHAPES[severity]}>
        {EVENT_NAMES[shortType(type)] ?? shortType(type)}
      </span>
      <span>
        {subject === undefined ? null : <Link href={`/workloads/${subject}`}>{workloadname ?? subject}</Link>}
      </span>
      <details className="small" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{sentenceOf(event) || 'Data'}</summary>
        {open ? <pre>{JSON.stringify(data, null, 2)}</pre> : null}
      </details>
    </li>
  );
});
