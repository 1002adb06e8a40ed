import { freedSpace, type FreedSpace } from '@tessera/domain-placement';
import type { ReplicaPod } from '../model/replica';
import type { ClusterView } from '../ports';
import { clusterSnapshot } from './snapshot';

/**
 * The space that each replica frees when it ends, on the cluster as it is now. Computed on first use, because most
 * cycles need none and a large cluster has many nodes.
 */
export function freedBy(
  view: Pick<ClusterView, 'nodes' | 'replicasOn'>,
): (pod: Pick<ReplicaPod, 'name' | 'nodeName'>) => FreedSpace {
  let nodes: ReadonlyMap<string, ReturnType<ClusterView['nodes']>[number]> | undefined;
  const known = new Map<string, FreedSpace>();
  return ({ name, nodeName = '' }) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    nodes ??= new Map(view.nodes().map((node) => [node.name, node]));
    const node = nodes.get(nodeName);
    const [filled] = node === undefined ? [] : clusterSnapshot([node], (of) => view.replicasOn(of), []).nodes;
    const freed = freedSpace(filled, name);
    known.set(name, freed);
    return freed;
  };
}
