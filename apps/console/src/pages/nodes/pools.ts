import type { ClusterNodes } from '../../api/use-nodes';
import { capacityOf, type Capacity } from '../overview/capacity';

type Node = ClusterNodes['nodes'][number];

/** A node pool with the nodes that are in it now. */
export interface PoolCapacity extends Capacity {
  readonly name: string;
  /** Devices by model, the most frequent first. */
  readonly models: readonly string[];
  /** Nodes that take no new pods. */
  readonly closed: number;
}

/** What the pools have: those that are known by name, and those that only nodes name; by name. */
export function poolsOf(names: readonly string[], nodes: readonly Node[]): readonly PoolCapacity[] {
  const all = new Set([...names, ...nodes.map(({ nodePool }) => nodePool)]);
  return [...all]
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((name) => {
      const own = nodes.filter(({ nodePool }) => nodePool === name);
      return {
        name,
        ...capacityOf(own),
        closed: own.filter(({ status }) => status !== 'Ready').length,
        models: modelsOf(own),
      };
    });
}

function modelsOf(nodes: readonly Node[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { model } of nodes.flatMap(({ gpus }) => gpus)) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([model]) => model);
}

/** What the list of nodes shows; its address holds it. Empty is all. */
export interface NodeFilter {
  readonly search: string;
  readonly pool: string;
  readonly status: string;
}

export function nodeFilter(query: string): NodeFilter {
  const given = new URLSearchParams(query);
  const [search = '', pool = '', status = ''] = ['search', 'pool', 'status'].map(
    (name) => given.get(name) ?? '',
  );
  return { search, pool, status };
}

/** The address of the list of nodes with the filter. */
export function nodesAddress(filter: NodeFilter): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString();
  return query === '' ? '/nodes' : `/nodes?${query}`;
}

/** Whether the filter wants a node; `search` is part of its name or of the model of its GPUs. */
export function wantsNode({ search, pool, status }: NodeFilter, node: Node): boolean {
  const text = search.trim().toLowerCase();
  return (
    (pool === '' || node.nodePool === pool) &&
    (status === '' || node.status === status) &&
    (text === '' || [node.name, node.gpuInfo?.gpuType ?? ''].some((one) => one.toLowerCase().includes(text)))
  );
}
