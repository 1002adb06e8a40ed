import { replaceEqualDeep } from '@tanstack/react-query';
import { maybe } from '@tessera/kernel';
import type { ApiClient, BodyOf, Call } from './client';

export type ApiNode = BodyOf<'get_nodes_of_cluster'>['nodes'][number];

/** Nodes of one answer: few enough that reading it does not hold up the page. */
const PAGE = 200;

type NodesPage = BodyOf<'get_nodes_of_cluster'>;

/**
 * All nodes of a cluster as `made` makes them of a page, which begins at an index; a page is on its way while the one
 * before is made.
 */
export async function readNodes<T>(
  api: Pick<ApiClient, 'call'>,
  clusterId: string,
  { query, signal }: Pick<Call, 'query' | 'signal'>,
  made: (nodes: readonly ApiNode[], from: number) => readonly T[],
): Promise<readonly T[]> {
  const ask = (offset: number): Promise<NodesPage> =>
    api.call('get_nodes_of_cluster', {
      params: { clusterId },
      query: { ...query, offset, limit: PAGE },
      ...maybe('signal', signal),
    });
  const all: T[] = [];
  let asked: Promise<NodesPage> | undefined = ask(0);
  while (asked !== undefined) {
    const page: NodesPage = await asked;
    asked = page.next === undefined ? undefined : ask(page.next);
    all.push(...made(page.nodes, all.length));
  }
  return all;
}

/** The nodes of a cluster; those that are as before are the same objects, and so is the list if all are. */
export async function rereadNodes(
  api: Pick<ApiClient, 'call'>,
  clusterId: string,
  before: readonly ApiNode[] = [],
  signal?: AbortSignal,
): Promise<readonly ApiNode[]> {
  const nodes = await readNodes(api, clusterId, signal === undefined ? {} : { signal }, (page, from) =>
    replaceEqualDeep(before.slice(from, from + page.length), page),
  );
  return nodes.length === before.length && nodes.every((node, at) => node === before[at]) ? before : nodes;
}
