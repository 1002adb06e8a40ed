import { useQueries, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Reading } from '../components/layout/states';
import { useConsole } from '../shell/console';
import type { BodyOf } from './client';
import { rereadNodes, type ApiNode as Node } from './read-nodes';
import { useOperation } from './use-operation';

type Cluster = BodyOf<'get_clusters'>[number];

/** The clusters that the reader may see, each with its nodes or the reason why they are not known. */
export interface ClusterNodes {
  readonly cluster: Cluster;
  readonly nodes: readonly Node[];
  readonly error: unknown;
  /** The same for {@link Shown}, which keeps nodes that could not be read again. */
  readonly reading: Reading<readonly Node[]>;
}

const EVERY_MS = 15_000;
const NONE: readonly Node[] = [];

/** Nodes of all clusters; undefined until the clusters are known. */
export function useNodes(): {
  readonly clusters: readonly ClusterNodes[] | undefined;
  readonly error: unknown;
  readonly retry: () => void;
} {
  const { api } = useConsole();
  const queries = useQueryClient();
  const known = useOperation('get_clusters', {}, { everyMs: 60_000 });
  const clusters = known.data ?? [];
  const results = useQueries({
    queries: clusters.map(({ uuid }) => ({
      queryKey: ['get_nodes_of_cluster', uuid],
      queryFn: ({
        queryKey,
        signal,
      }: {
        readonly queryKey: readonly string[];
        readonly signal: AbortSignal;
      }) => rereadNodes(api, uuid, queries.getQueryData<readonly Node[]>(queryKey), signal),
      refetchInterval: EVERY_MS,
      // It is done page by page: all at once holds up the page.
      structuralSharing: false,
    })),
  });
  return {
    clusters:
      known.data === undefined || results.some(({ data, error }) => data === undefined && error === null)
        ? undefined
        : clusters.map((cluster, index) => ({
            cluster,
            nodes: results[index]?.data ?? NONE,
            error: results[index]?.error ?? null,
            reading: readingOf(results[index]),
          })),
    error: known.error,
    retry: () => void known.refetch(),
  };
}

/** Nodes of all clusters in one list, which stays the same while they do: what is computed from it is large. */
export function useNodesOf(clusters: readonly ClusterNodes[] | undefined): readonly Node[] {
  const lists = (clusters ?? []).map(({ nodes }) => nodes);
  const kept = useRef({ lists, all: lists.flat() });
  const before = kept.current.lists;
  if (lists.length !== before.length || lists.some((list, index) => list !== before[index]))
    kept.current = { lists, all: lists.flat() };
  return kept.current.all;
}

function readingOf(result: UseQueryResult<readonly Node[]> | undefined): Reading<readonly Node[]> {
  return {
    data: result?.data,
    error: result?.error ?? null,
    at: result?.dataUpdatedAt ?? 0,
    retry: () => void result?.refetch(),
  };
}
