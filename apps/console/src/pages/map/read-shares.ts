import type { ApiClient, BodyOf } from '../../api/client';
import { mapNode, type MapNode } from './shares';

/** Nodes of one answer: few enough that reading it does not hold up the page. */
const PAGE = 200;

type NodesPage = BodyOf<'get_nodes_of_cluster'>;

/** All nodes; a page is on its way while the one before becomes what the map draws. */
export async function readShares(
  api: Pick<ApiClient, 'call'>,
  clusterId: string,
  withUse: boolean,
  signal: AbortSignal,
): Promise<readonly MapNode[]> {
  const ask = (offset: number): Promise<NodesPage> =>
    api.call('get_nodes_of_cluster', {
      params: { clusterId },
      query: { holders: true, utilisation: withUse || undefined, offset, limit: PAGE },
      signal,
    });
  const all: MapNode[] = [];
  let asked: Promise<NodesPage> | undefined = ask(0);
  while (asked !== undefined) {
    const page: NodesPage = await asked;
    asked = page.next === undefined ? undefined : ask(page.next);
    all.push(...page.nodes.map(mapNode));
  }
  return all;
}
