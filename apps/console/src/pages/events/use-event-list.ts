import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { readEvents, type KeptEvents } from '../../api/read-events';
import type { WorkloadChange } from '../../live/live-events';
import { useConsole } from '../../shell/console';
import { replayQuery, wants, type EventFilter } from './event-filter';
import { NO_EVENTS, withEvents, type EventList } from './event-list';

/** The page keeps so many events; the API keeps all of a week. */
export const MOST = 1_000;
/** Most events of a replay that are read. */
const MOST_REPLAYED = 10_000;
/** Events that arrive together are shown together, ms. */
const GATHER_MS = 250;

/**
 * Events that the filter wants: those of the replay, and those that arrive. While paused none is added; how many wait is
 * `held`, and those that are too many to hold count as dropped.
 */
export function useEventList(
  filter: EventFilter,
  paused: boolean,
): {
  readonly list: EventList;
  readonly held: number;
  readonly replay: ReturnType<typeof useQuery<KeptEvents>>;
  readonly replays: boolean;
} {
  const { api, live } = useConsole();
  const { type, project, since } = filter;
  const [list, setList] = useState(NO_EVENTS);
  const [held, setHeld] = useState(0);
  const arrived = useRef<WorkloadChange[]>([]);
  const lost = useRef(0);
  const replays = since !== '';
  const replay = useQuery({
    queryKey: ['replay', type, project, since],
    queryFn: ({ signal }) => readEvents(api, replayQuery(filter, Date.now()) ?? {}, MOST_REPLAYED, signal),
    enabled: replays,
    staleTime: Infinity,
    gcTime: 0,
  });
  const wanted = useRef(filter);
  useEffect(() => {
    wanted.current = filter;
  });
  useEffect(() => {
    // What a replay shows depends on them; without one, what has arrived stays.
    if (since !== '') setList(NO_EVENTS);
    return live.read((change) => {
      if (!wants(wanted.current, change)) return;
      arrived.current.push(change);
      if (arrived.current.length > MOST) {
        arrived.current.shift();
        lost.current += 1;
      }
    });
  }, [live, type, project, since]);
  useEffect(() => {
    const kept = replay.data?.events;
    if (kept === undefined) return;
    const ofInterest = kept.filter((event) => wants(wanted.current, event));
    setList((known) => withEvents(NO_EVENTS, [...ofInterest, ...known.events.toReversed()], MOST));
  }, [replay.data]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (paused) return setHeld(arrived.current.length + lost.current);
      const [batch, dropped] = [arrived.current, lost.current];
      arrived.current = [];
      lost.current = 0;
      setHeld(0);
      if (batch.length === 0) return;
      setList((known) => {
        const added = withEvents(known, batch, MOST);
        return dropped === 0 ? added : { ...added, dropped: added.dropped + dropped };
      });
    }, GATHER_MS);
    return () => clearInterval(timer);
  }, [paused]);
  const events = list.events.filter((event) => wants(filter, event));
  return { list: { ...list, events }, held, replay, replays };
}
