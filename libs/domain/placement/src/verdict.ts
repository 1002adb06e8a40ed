import { FILTER_CODES, type FilterCode, type ReplicaRequest, type Verdict } from './model';
import type { ClusterModel } from './cluster-model';
import { affinityOf } from './pod-affinity';
import { policyFor, withinQuota, type PlaceOptions } from './place-options';
import { detailOf, missOf } from './verdict-text';
import type { NodeState } from './node-state';
import { remediesFor } from './remedies';
import type { Shape } from './shape';

/** Names listed per filter; the count is exact all the same. */
const MAX_NAMES = 100;
/** Nodes looked at for the nearest miss; beyond it the first ones speak for the rest. */
const MAX_CLOSE = 2000;

/** Why the request fits nowhere. Each node falls at the first filter that refuses it: counts add up to all. */
export function explain(model: ClusterModel, request: ReplicaRequest, options: PlaceOptions): Verdict {
  const shape = model.shapes.shapeOf(request);
  const refusalOf = refusals(model, request, shape, options);
  const ranksByCode = new Map<FilterCode, number[]>();
  for (let rank = 0; rank < model.nodes.length; rank++) {
    const code = refusalOf(rank);
    const ranks = ranksByCode.get(code);
    if (ranks === undefined) ranksByCode.set(code, [rank]);
    else ranks.push(rank);
  }
  const fallen = FILTER_CODES.filter((code) => ranksByCode.has(code)).map((code) => {
    const ranks = ranksByCode.get(code) ?? [];
    return {
      code,
      count: ranks.length,
      nodes: ranks.slice(0, MAX_NAMES).map((rank) => (model.nodes[rank] as NodeState).spec.name),
      detail: detailOf(code, request),
    };
  });
  const close = closest(model, request, shape, ranksByCode);
  return {
    nodes: model.nodes.length,
    fallen,
    ...(close === undefined ? {} : { nearestMiss: close.text }),
    remedies: remediesFor(model, request, ranksByCode, close?.node),
    message: messageOf(model.nodes.length, fallen),
  };
}

function messageOf(nodes: number, fallen: Verdict['fallen']): string {
  if (nodes === 0) return '0/0 nodes: the cluster has no nodes';
  const parts = [...fallen]
    .sort((a, b) => b.count - a.count)
    .map(({ count, detail }) => `${count} ${conjugated(detail, count)}`);
  return `0/${nodes} nodes: ${parts.join(', ')}`;
}

/** Details are written for many nodes; one node "lacks", "is", "has". */
function conjugated(detail: string, count: number): string {
  if (count !== 1) return detail;
  return detail.replace(/^(lack|are|have|belong|carry|hold)\b/, (verb) => SINGULAR[verb] ?? verb);
}

const SINGULAR: Readonly<Record<string, string>> = {
  lack: 'lacks',
  are: 'is',
  have: 'has',
  belong: 'belongs',
  carry: 'carries',
  hold: 'holds',
};

/** The first filter that refuses a node, over every pool that the request may go to. */
function refusals(
  model: ClusterModel,
  request: ReplicaRequest,
  shape: Shape,
  options: PlaceOptions,
): (rank: number) => FilterCode {
  const pools = request.nodePools.length > 0 ? request.nodePools : [undefined];
  const rankings = new Map(
    pools.map((pool) => [pool, model.rankings.get(shape, pool, policyFor(pool, options))]),
  );
  const affinity = affinityOf(model, request);
  const beforeAffinity = FILTER_CODES.indexOf('PodAffinity');
  return (rank) => {
    const node = model.nodes[rank] as NodeState;
    const ranking = rankings.get(undefined) ?? rankings.get(node.spec.pool);
    if (ranking === undefined) return 'NodePool';
    const refusal = ranking.refusalAt(rank);
    const early = refusal !== undefined && FILTER_CODES.indexOf(refusal) < beforeAffinity;
    if (!early && affinity?.required === true && !affinity.holds(node)) return 'PodAffinity';
    if (refusal !== undefined) return refusal;
    return withinQuota(model, request, node) ? 'GpuShare' : 'Quota';
  };
}

/** The node that came nearest: of those that fell at the latest filter, the one that lacks least. */
function closest(
  model: ClusterModel,
  request: ReplicaRequest,
  shape: Shape,
  ranksByCode: ReadonlyMap<FilterCode, readonly number[]>,
): { readonly node: NodeState; readonly text: string } | undefined {
  for (const code of [...FILTER_CODES].reverse()) {
    let best: { node: NodeState; text: string; lacking: number } | undefined;
    for (const rank of (ranksByCode.get(code) ?? []).slice(0, MAX_CLOSE)) {
      const node = model.nodes[rank] as NodeState;
      const miss = missOf(code, node, request, shape, model);
      if (miss !== undefined && (best === undefined || miss.lacking < best.lacking))
        best = { node, lacking: miss.lacking, text: `node ${node.spec.name}: ${miss.text()}` };
    }
    if (best !== undefined) return best;
  }
  return undefined;
}
