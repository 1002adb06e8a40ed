import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { readEvents, type KeptEvents } from '../../api/read-events';
import type { WorkloadChange } from '../../live/live-events';
import { useConsole } from '../../shell/console';
import { CHANGE_TYPES } from './changes';

export const HOUR_MS = 3_600_000;
/** The page reads so many events at most: those of an hour of a busy platform are more than anybody reads. */
const MOST = 5_000;
const GATHER_MS = 1_000;
const CHANGES: ReadonlySet<string> = new Set(CHANGE_TYPES);

/** Events of the last hour, oldest first: those that the API keeps, and those that arrive. */
export function useLastHour(): {
  readonly kept: ReturnType<typeof useQuery<KeptEvents>>;
  readonly events: readonly WorkloadChange[];
} {
  const { api, live } = useConsole();
  const [arrived, setArrived] = useState<readonly WorkloadChange[]>([]);
  const kept = useQuery({
    queryKey: ['events of the last hour'],
    queryFn: ({ signal }) =>
      readEvents(
        api,
        { since: new Date(Date.now() - HOUR_MS).toISOString(), type: CHANGE_TYPES },
        MOST,
        signal,
      ),
    staleTime: HOUR_MS,
    gcTime: 0,
  });
  useEffect(() => {
    let gathered: WorkloadChange[] = [];
    const timer = setInterval(() => {
      if (gathered.length === 0) return;
      const batch = gathered;
      gathered = [];
      setArrived((known) => [...known, ...batch].slice(-MOST));
    }, GATHER_MS);
    const ended = live.read((change) => void (CHANGES.has(change.type) && gathered.push(change)));
    return () => {
      ended();
      clearInterval(timer);
    };
  }, [live]);
  const first = kept.data?.events;
  const seen = useMemo(() => new Set(first?.map(({ id }) => id)), [first]);
  const events = useMemo(
    () => [...(first ?? []), ...arrived.filter(({ id }) => !seen.has(id))],
    [first, seen, arrived],
  );
  return { kept, events };
}
