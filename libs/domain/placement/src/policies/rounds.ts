import type { ReplicaRequest } from '../model/model';
import type { AffinityDomain } from '../filters/pod-affinity';

/** One attempt: a pool (undefined: all nodes) and whether preferences are enforced. */
export interface Round {
  readonly pool: string | undefined;
  readonly preferring: boolean;
}

/**
 * The attempts in their order: the pools in the order of the request, first with a preferred pod affinity enforced, then
 * without.
 */
export function roundsOf(
  request: Pick<ReplicaRequest, 'nodePools'>,
  affinity: Pick<AffinityDomain, 'required'> | undefined,
): readonly Round[] {
  const pools = request.nodePools.length > 0 ? request.nodePools : [undefined];
  const rounds = pools.map((pool) => ({ pool, preferring: true }));
  if (affinity?.required !== false) return rounds;
  return [...rounds, ...pools.map((pool) => ({ pool, preferring: false }))];
}

/** True where the affinity binds in the round. */
export const bindsIn = (
  affinity: AffinityDomain | undefined,
  { preferring }: Round,
): affinity is AffinityDomain => affinity !== undefined && (affinity.required || preferring);
