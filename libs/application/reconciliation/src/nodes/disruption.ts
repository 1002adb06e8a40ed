/** Limits on the deletion of replicas on lost nodes. */
export interface DisruptionLimits {
  /** Share of lost nodes from which a pool counts as partly disrupted. */
  readonly threshold: number;
  /** Lost nodes per second of an undisrupted pool whose replicas may be replaced. */
  readonly nodesPerSecond: number;
  /** The same for a large pool that is partly disrupted. */
  readonly disruptedNodesPerSecond: number;
}

/** The defaults of Kubernetes' node life-cycle controller: `--unhealthy-zone-threshold`, `--(secondary-)node-eviction-rate`. */
export const DISRUPTION_LIMITS: DisruptionLimits = {
  threshold: 0.55,
  nodesPerSecond: 0.1,
  disruptedNodesPerSecond: 0.01,
};

/** Up to this size a pool that is partly disrupted loses no replicas (`--large-cluster-size-threshold`). */
const LARGE_POOL = 50;
/** Up to this many lost nodes are no disruption of their pool, as in `ComputeZoneState`. */
const FEW_NODES = 2;

/** A node as the decision needs it. A deleted node is none of these. */
export interface DisruptionNode {
  readonly name: string;
  /** Empty for nodes without a pool. */
  readonly pool: string;
  readonly lost: boolean;
}

export type Disruption = 'none' | 'partial' | 'full';

export interface PoolDisruption {
  readonly disruption: Disruption;
  /** Lost nodes per second whose replicas may be replaced. */
  readonly nodesPerSecond: number;
}

/**
 * How disrupted each pool is, by the rules of `ComputeZoneState` and `handleDisruption` of Kubernetes' node life-cycle
 * controller, with a pool as the zone. A pool without a ready node is fully disrupted and none of its replicas are
 * replaced: a network partition is more likely than the failure of all its nodes. One or two lost nodes are no
 * disruption of their pool as long as any node of the cluster is ready. Pure.
 */
export function disruptions(
  nodes: readonly DisruptionNode[],
  limits: DisruptionLimits = DISRUPTION_LIMITS,
): ReadonlyMap<string, PoolDisruption> {
  const pools = new Map<string, { nodes: number; lost: number }>();
  for (const { pool, lost } of nodes) {
    const counts = pools.get(pool) ?? { nodes: 0, lost: 0 };
    counts.nodes += 1;
    if (lost) counts.lost += 1;
    pools.set(pool, counts);
  }
  const anyReady = nodes.some(({ lost }) => !lost);
  return new Map(
    [...pools].map(([pool, counts]) => [pool, poolDisruption(counts, anyReady, limits)] as const),
  );
}

function poolDisruption(
  { nodes, lost }: { readonly nodes: number; readonly lost: number },
  anyReady: boolean,
  { threshold, nodesPerSecond, disruptedNodesPerSecond }: DisruptionLimits,
): PoolDisruption {
  const few = lost <= FEW_NODES && anyReady;
  if (lost === nodes && lost > 0 && !few) return { disruption: 'full', nodesPerSecond: 0 };
  if (few || lost / nodes < threshold) return { disruption: 'none', nodesPerSecond };
  return { disruption: 'partial', nodesPerSecond: nodes > LARGE_POOL ? disruptedNodesPerSecond : 0 };
}
