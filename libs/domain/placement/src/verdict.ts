import { FILTER_CODES, type ReplicaRequest, type Verdict } from './model';
import type { ClusterModel } from './cluster-model';
import { affinityOf } from './pod-affinity';
import { policyFor, type PlaceOptions } from './place-options';
import { detailOf } from './verdict-text';
import { lackingAt, missText } from './nearest-miss';
import type { NodeState } from './node-state';
import { remediesFor } from './remedies';
import type { Shape } from './shape';

/** Names listed per filter; the count is exact all the same. */
const MAX_NAMES = 100;
/** Nodes looked at for the nearest miss; beyond it the first ones speak for the rest. */
const MAX_CLOSE = 2000;

const QUOTA = FILTER_CODES.indexOf('Quota');
const NODE_POOL = FILTER_CODES.indexOf('NodePool');
const POD_AFFINITY = FILTER_CODES.indexOf('PodAffinity');

/** A request that fitted nowhere. */
export interface Refused {
  readonly model: ClusterModel;
  readonly request: ReplicaRequest;
  readonly shape: Shape;
  readonly options: PlaceOptions;
}

/** Why the request fits nowhere. Each node falls at the first filter that refuses it: counts add up to all. */
export function explain(refused: Refused): Verdict {
  const { model, request } = refused;
  const refusals = refusalsOf(refused);
  const ranks = FILTER_CODES.map((): number[] => []);
  for (let rank = 0; rank < refusals.length; rank++) (ranks[refusals[rank] as number] as number[]).push(rank);
  const fallen: { code: (typeof FILTER_CODES)[number]; count: number; nodes: string[]; detail: string }[] =
    [];
  FILTER_CODES.forEach((code, position) => {
    const own = ranks[position] as number[];
    if (own.length === 0) return;
    const nodes = own.slice(0, MAX_NAMES).map((rank) => (model.nodes[rank] as NodeState).spec.name);
    fallen.push({ code, count: own.length, nodes, detail: detailOf(code, request) });
  });
  const near = nearest(refused, ranks);
  return {
    nodes: model.nodes.length,
    fallen,
    ...(near === undefined ? {} : { nearestMiss: near.text }),
    remedies: remediesFor(refused, ranks),
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
  return detail.replace(/^(lack|are|have)\b/, (verb) => SINGULAR[verb] ?? verb);
}

const SINGULAR: Readonly<Record<string, string>> = { lack: 'lacks', are: 'is', have: 'has' };

/** Per rank the first filter that refuses the node, over every pool that the request may go to. */
function refusalsOf(refused: Refused): Uint8Array {
  const { model, request, shape, options } = refused;
  const pools = request.nodePools.length > 0 ? request.nodePools : [undefined];
  const rankings = new Map(
    pools.map((pool) => [pool, model.rankings.get(shape, pool, policyFor(pool, options))]),
  );
  const everywhere = rankings.get(undefined);
  const affinity = affinityOf(model, request);
  const refusals = new Uint8Array(model.nodes.length);
  for (let rank = 0; rank < refusals.length; rank++) {
    const node = model.nodes[rank] as NodeState;
    const ranking = everywhere ?? rankings.get(node.spec.pool);
    let refusal = ranking === undefined ? NODE_POOL : ranking.refusalAt(rank);
    if (affinity?.required === true && (refusal < 0 || refusal > POD_AFFINITY) && !affinity.holds(node))
      refusal = POD_AFFINITY;
    refusals[rank] = refusal < 0 ? QUOTA : refusal;
  }
  return refusals;
}

/** The node that came nearest: of those that fell at the latest filter, the one that lacks least. */
function nearest(
  refused: Refused,
  ranks: readonly (readonly number[])[],
): { readonly node: NodeState; readonly text: string } | undefined {
  for (let position = ranks.length - 1; position >= 0; position--) {
    const own = ranks[position] as readonly number[];
    const code = FILTER_CODES[position];
    if (code === undefined || own.length === 0) continue;
    let best: NodeState | undefined;
    let least = Infinity;
    for (let index = 0; index < own.length && index < MAX_CLOSE; index++) {
      const node = refused.model.nodes[own[index] as number] as NodeState;
      const lacking = lackingAt(code, node, refused);
      if (lacking >= least) continue;
      least = lacking;
      best = node;
    }
    if (best === undefined) continue;
    return { node: best, text: `node ${best.spec.name}: ${missText(code, best, refused)}` };
  }
  return undefined;
}
