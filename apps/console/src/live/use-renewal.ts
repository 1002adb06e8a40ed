import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useConsole } from '../shell/console';

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

/** Reads what is on the page again when something has happened to a workload. */
export function useRenewal(): void {
  const queries = useQueryClient();
  const { live } = useConsole();
  useEffect(() => {
    let planned: ReturnType<typeof setTimeout> | undefined;
    const renew = (): void => {
      planned = undefined;
      void queries.invalidateQueries({ predicate: ({ queryKey }) => CHANGING.has(queryKey[0]) });
    };
    const ended = live.read(() => {
      planned ??= setTimeout(renew, EVERY_MS);
    });
    live.start();
    return () => {
      ended();
      clearTimeout(planned);
      live.stop();
    };
  }, [live, queries]);
}
