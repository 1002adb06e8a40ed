import type { PlacedReplica } from '../model/model';
import { charge, refund, type NodeState } from '../model/node-state';
import type { Shape } from '../model/shape';
import { resourceFilter } from './filters';

/** True if the shape would fit on the node without these of its replicas. Leaves the node unchanged. */
export function fitsWithoutReplicas(
  node: NodeState,
  goes: (replica: PlacedReplica) => boolean,
  shape: Shape,
): boolean {
  const order = [...node.replicas.values()];
  const gone = order.filter(goes);
  for (const replica of gone) refund(node, replica);
  const fits = resourceFilter(node, shape) === undefined;
  for (const replica of gone) charge(node, replica);
  node.replicas.clear();
  for (const replica of order) node.replicas.set(replica.id, replica);
  return fits;
}
