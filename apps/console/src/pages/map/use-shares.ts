import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useConsole } from '../../shell/console';
import { mapNode, type MapNode } from './shares';

/** Nodes of one answer: few enough that reading it does not hold up the page. */
const PAGE = 200;
const EVERY_MS = 30_000;
/** After events, the shares are read again no sooner than this, ms, nor than ten times as long as reading takes. */
const PAUSE_MS = 2_000;
const PATIENCE = 10;

export interface Shares {
  readonly nodes: readonly MapNode[];
  /** All pages have been read. */
  readonly isComplete: boolean;
  readonly error: unknown;
  /** When the last page arrived, ms. */
  readonly readAt: number;
  readonly retry: () => void;
}

/** Nodes of a cluster with whose their GPUs are, page after page; read again when something happens. */
export function useShares(clusterId: string, withUse: boolean): Shares {
  const { api, live } = useConsole();
  const query = useInfiniteQuery({
    queryKey: ['map', clusterId, withUse],
    queryFn: async ({ pageParam, signal }) => {
      const { nodes, next } = await api.call('get_nodes_of_cluster', {
        params: { clusterId },
        query: { holders: true, utilisation: withUse || undefined, offset: pageParam, limit: PAGE },
        signal,
      });
      return { nodes: nodes.map(mapNode), next };
    },
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
    refetchInterval: EVERY_MS,
    // Comparing thousands of shares with those before costs more than drawing them.
    structuralSharing: false,
  });
  const { data, hasNextPage, isFetching, fetchNextPage, refetch, error } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, error]);
  useEffect(() => {
    let planned: ReturnType<typeof setTimeout> | undefined;
    let pause = PAUSE_MS;
    const renew = async (): Promise<void> => {
      const began = performance.now();
      await refetch({ cancelRefetch: false });
      pause = Math.max(PAUSE_MS, PATIENCE * (performance.now() - began));
      planned = undefined;
    };
    const ended = live.read(() => {
      planned ??= setTimeout(() => void renew(), pause);
    });
    return () => {
      ended();
      clearTimeout(planned);
    };
  }, [live, refetch]);
  const nodes = useMemo(() => data?.pages.flatMap((page) => page.nodes) ?? [], [data]);
  return {
    nodes,
    isComplete: data !== undefined && !hasNextPage,
    error,
    readAt: query.dataUpdatedAt,
    retry: () => void refetch(),
  };
}
