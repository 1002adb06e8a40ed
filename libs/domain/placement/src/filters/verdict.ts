import { maybe } from '@tessera/kernel';
import { FILTER_CODES, type FilterCode, type Verdict } from '../model/model';
import { affinityOf } from './pod-affinity';
import { policyFor, type RefusedRequest } from '../policies/place-options';
import { messageOf } from './verdict-message';
import { detailOf } from './verdict-text';
import { lackingAt, missText } from './nearest-miss';
import type { NodeState } from '../model/node-state';
import { suggestionsFor } from './suggestions';

/** Most node names listed per filter; the count is exact. */
const MAX_NAMES = 50;
/** Most nodes compared for the nearest miss; in larger clusters only the first ones are. */
const MAX_CLOSE = 2000;

const NODE_POOL = FILTER_CODES.indexOf('NodePool') + 1;
const POD_AFFINITY = FILTER_CODES.indexOf('PodAffinity') + 1;
/** A node that fits although the request was rejected: only the quota can be the reason. */
const FITS_BUT_QUOTA = FILTER_CODES.indexOf('Quota') + 1;

/**
 * Why the request fits on no node. Each node counts at the first filter that rejects it, so the counts add up to all.
 */
export function explain(refused: RefusedRequest): Verdict {
  const { model, request } = refused;
  const refusals = refusalsOf(refused);
  const counts = countsOf(refusals);
  const names = namesOf(refused, refusals, counts);
  const rejected = FILTER_CODES.flatMap((code, position) => {
    const count = counts[position] as number;
    if (count === 0) return [];
    return [{ code, count, nodes: names[position] ?? [], detail: detailOf(code, request) }];
  });
  const miss = nearest(refused, refusals, counts);
  return {
    nodes: model.nodes.length,
    rejected,
    ...maybe('nearestMiss', miss),
    suggestions: suggestionsFor(refused, refusals, new Set(rejected.map(({ code }) => code))),
    message: messageOf(model.nodes.length, rejected),
  };
}

/** Number of nodes that each filter rejected. */
function countsOf(refusals: Uint8Array): Int32Array {
  const counts = new Int32Array(FILTER_CODES.length + 1);
  for (const refusal of refusals) counts[refusal] = (counts[refusal] as number) + 1;
  counts[FITS_BUT_QUOTA] = (counts[FITS_BUT_QUOTA] as number) + (counts[0] as number);
  return counts.subarray(1);
}

/** The first node names per filter; stops once there are enough. */
function namesOf(
  { model }: RefusedRequest,
  refusals: Uint8Array,
  counts: Int32Array,
): readonly (readonly string[])[] {
  const names = FILTER_CODES.map((): string[] => []);
  let missing = counts.reduce((sum, count) => sum + Math.min(count, MAX_NAMES), 0);
  for (let rank = 0; rank < refusals.length && missing > 0; rank++) {
    const own = names[((refusals[rank] as number) || FITS_BUT_QUOTA) - 1];
    if (own === undefined || own.length >= MAX_NAMES) continue;
    own.push((model.nodes[rank] as NodeState).spec.name);
    missing--;
  }
  return names;
}

/** Per rank the first filter that rejects the node, from the rankings of every requested pool; 0 where it fits. */
export function refusalsOf(refused: RefusedRequest): Uint8Array {
  const { model, request, shape, options } = refused;
  const pools = request.nodePools.length > 0 ? request.nodePools : [undefined];
  const rankings = new Map(
    pools.map((pool) => [pool, model.rankings.get(shape, pool, policyFor(pool, options)).refusalCodes()]),
  );
  const affinity = affinityOf(model, request);
  const [only] = rankings.values();
  if (only !== undefined && rankings.size === 1 && affinity?.required !== true) return only;
  return Uint8Array.from(model.nodes, (node, rank) => {
    const own = rankings.get(undefined) ?? rankings.get(node.spec.pool);
    const refusal = own === undefined ? NODE_POOL : (own[rank] as number);
    const late = refusal === 0 || refusal > POD_AFFINITY;
    return affinity?.required === true && late && !affinity.holds(node) ? POD_AFFINITY : refusal;
  });
}

/** The nearest miss: of the nodes rejected by the latest filter, the one that lacks least. */
function nearest(refused: RefusedRequest, refusals: Uint8Array, counts: Int32Array): string | undefined {
  for (let position = FILTER_CODES.length - 1; position >= 0; position--) {
    const code = FILTER_CODES[position];
    if (code === undefined || counts[position] === 0) continue;
    const node = leastLacking(code, refused, refusals, code === 'Quota' ? 0 : position + 1);
    if (node !== undefined) return `node ${node.spec.name}: ${missText(code, node, refused)}`;
  }
  return undefined;
}

function leastLacking(
  code: FilterCode,
  refused: RefusedRequest,
  refusals: Uint8Array,
  refusal: number,
): NodeState | undefined {
  let best: NodeState | undefined;
  let least = Infinity;
  let seen = 0;
  for (let rank = 0; rank < refusals.length && seen < MAX_CLOSE; rank++) {
    if (refusals[rank] !== refusal) continue;
    seen++;
    const node = refused.model.nodes[rank] as NodeState;
    const lacking = lackingAt(code, node, refused);
    if (lacking >= least) continue;
    least = lacking;
    best = node;
  }
  return best;
}
