import { maybe } from '@tessera/kernel';
import { FILTER_CODES, type FilterCode, type NodeVerdict, type ReplicaRequest } from '../model/model';
import type { ClusterModel } from '../model/cluster-model';
import type { NodeState } from '../model/node-state';
import { policyFor, withinQuota, type PlaceOptions, type RefusedRequest } from '../policies/place-options';
import { bindsIn, roundsOf } from '../policies/rounds';
import { lackingAt, missText } from './nearest-miss';
import { affinityOf } from './pod-affinity';
import { refusalsOf } from './verdict';
import { conjugated } from './verdict-message';
import { detailOf } from './verdict-text';

/**
 * The verdict of every node on the request, in the order of their names: its position among the nodes that fit, the
 * first of which placement takes, or the filter that rejects it. Leaves the model unchanged. The policy `random` takes
 * any of those that fit.
 */
export function nodeVerdicts(
  model: ClusterModel,
  request: ReplicaRequest,
  options: PlaceOptions = {},
): readonly NodeVerdict[] {
  const refused = { model, request, shape: model.shapes.shapeOf(request), options };
  const positions = positionsOf(refused);
  const refusals = refusalsOf(refused);
  return model.nodes.map((node, rank): NodeVerdict => {
    const { name, pool } = node.spec;
    const known = { node: name, ...maybe('pool', pool), replicas: replicasOf(node, request) };
    const position = positions.get(rank);
    if (position !== undefined) return { ...known, position };
    // A node that passes every filter and is not taken: only the quota can be the reason.
    const code = FILTER_CODES[(refusals[rank] as number) - 1] ?? 'Quota';
    return { ...known, code, reason: reasonOf(code, node, refused) };
  });
}

/** Position among the nodes that fit, from 1, by rank: round by round, in each of them the highest score first. */
function positionsOf({ model, request, shape, options }: RefusedRequest): ReadonlyMap<number, number> {
  const affinity = affinityOf(model, request);
  const charged = !model.quota.empty && shape.devices > 0;
  const positions = new Map<number, number>();
  for (const round of roundsOf(request, affinity)) {
    const { tree } = model.rankings.get(shape, round.pool, policyFor(round.pool, options));
    const fits = (node: NodeState, rank: number): boolean =>
      tree.get(rank) > -Infinity &&
      !positions.has(rank) &&
      (!bindsIn(affinity, round) || affinity.holds(node)) &&
      (!charged || withinQuota(model, request, node));
    const ranks = model.nodes.flatMap((node, rank) => (fits(node, rank) ? [rank] : []));
    for (const rank of ranks.sort((a, b) => tree.get(b) - tree.get(a) || a - b))
      positions.set(rank, positions.size + 1);
  }
  return positions;
}

const replicasOf = ({ replicas }: NodeState, { workloadId }: ReplicaRequest): number =>
  [...replicas.values()].filter((replica) => replica.workloadId === workloadId).length;

/** What the node lacks, in numbers where the filter counts something. */
function reasonOf(code: FilterCode, node: NodeState, refused: RefusedRequest): string {
  if (code === 'NodePool')
    return node.spec.pool === undefined ? 'is in no node pool' : `is in the node pool ${node.spec.pool}`;
  const isCounted = Number.isFinite(lackingAt(code, node, refused));
  const miss = isCounted ? missText(code, node, refused) : '';
  return miss === '' ? conjugated(detailOf(code, refused.request), 1) : miss;
}
