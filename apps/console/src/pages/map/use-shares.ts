import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useConsole } from '../../shell/console';
import { readShares } from './read-shares';
import type { MapNode } from './shares';

const EVERY_MS = 30_000;
/** After events, the shares are read again no sooner than this, ms, nor than ten times as long as reading takes. */
const PAUSE_MS = 2_000;
const PATIENCE = 10;
const NONE: readonly MapNode[] = [];

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
  const query = useQuery({
    queryKey: ['map', clusterId, withUse],
    queryFn: ({ signal }) => readShares(api, clusterId, withUse, signal),
    refetchInterval: EVERY_MS,
    // Comparing thousands of shares with those before costs more than drawing them.
    structuralSharing: false,
  });
  const { data, refetch, error } = query;
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
  return {
    nodes: data ?? NONE,
    isComplete: data !== undefined,
    error,
    readAt: query.dataUpdatedAt,
    retry: () => void refetch(),
  };
}
