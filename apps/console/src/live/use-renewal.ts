import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useConsole } from '../shell/console';
import { Pace } from './pace';

/** A burst of events renews the page once in this time, ms. */
const EVERY_MS = 1000;

/** Operations whose answers change with events of workloads. */
const CHANGING: ReadonlySet<unknown> = new Set([
  'get_workloads',
  'count_workloads',
  'get_workloads_telemetry',
  'get_workload',
  'get_inference',
  'get_workload_pods',
  'get_workload_events',
  'get_workload_history',
  'get_workload_scaling',
  'list_pods',
  'get_nodes_of_cluster',
  'get_projects',
]);

/**
 * Reads what is on the page again when something has happened to a workload, and when the API is back; what takes long
 * to read, more rarely.
 */
export function useRenewal(): void {
  const queries = useQueryClient();
  const { api, live } = useConsole();
  useEffect(() => {
    let planned: ReturnType<typeof setTimeout> | undefined;
    const pace = new Pace();
    const unwatched = queries.getQueryCache().subscribe((event) => {
      const { queryHash } = event.query;
      if (event.type === 'removed') pace.forgets(queryHash);
      if (event.type !== 'updated') return;
      if (event.action.type === 'fetch') pace.starts(queryHash, performance.now());
      if (event.action.type === 'success' || event.action.type === 'error')
        pace.ends(queryHash, performance.now());
    });
    const renew = (): void => {
      planned = undefined;
      let waits = false;
      void queries.invalidateQueries({
        predicate: (query) => {
          if (!CHANGING.has(query.queryKey[0])) return false;
          // A page that is being read is not read again meanwhile: while events keep coming, it would never end.
          const isRead = query.state.fetchStatus === 'fetching';
          const isDue = !isRead && pace.isDue(query.queryHash, performance.now());
          waits ||= !isDue && query.isActive();
          return isDue;
        },
      });
      // What happened is not seen before that was read again, though nothing else happens.
      if (waits) planned = setTimeout(renew, EVERY_MS);
    };
    const ended = live.read(() => {
      planned ??= setTimeout(renew, EVERY_MS);
    });
    // The page has received no events while it was offline.
    const watched = api.watch(() => {
      if (api.lostSince() === undefined) void queries.invalidateQueries();
    });
    live.start();
    return () => {
      ended();
      unwatched();
      watched();
      clearTimeout(planned);
      live.stop();
    };
  }, [api, live, queries]);
}
