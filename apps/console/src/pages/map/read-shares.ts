import type { ApiClient } from '../../api/client';
import { readNodes } from '../../api/read-nodes';
import { mapNode, type MapNode } from './shares';

/** All nodes of a cluster with whose their GPUs are, as the map draws them. */
export const readShares = (
  api: Pick<ApiClient, 'call'>,
  clusterId: string,
  withUse: boolean,
  signal: AbortSignal,
): Promise<readonly MapNode[]> =>
  readNodes(
    api,
    clusterId,
    { query: { holders: true, utilisation: withUse || undefined }, signal },
    (nodes) => nodes.map(mapNode),
  );
