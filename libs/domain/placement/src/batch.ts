import { maybe } from '@tessera/kernel';
import type { Decision, Placement, ReplicaRequest, Verdict } from './model/model';
import type { ClusterModel } from './model/cluster-model';
import { apply, place, release } from './place';
import type { PlaceOptions } from './policies/place-options';
import { devicesAsked } from './model/shape';

export interface BatchOptions extends PlaceOptions {
  /** All or none of the requests, or as many as fit. */
  readonly mode: 'all-or-nothing' | 'as-many-as-fit';
}

export interface BatchDecision {
  /** In the order of the requests; undefined where the request fits on no node or the batch was abandoned. */
  readonly placements: readonly (Placement | undefined)[];
  readonly placed: number;
  /** Verdict of the first request that fits on no node once the others are placed. */
  readonly verdict?: Verdict;
}

/**
 * Places many requests at once and leaves the model unchanged. It tries two orders, as given and largest first
 * (first-fit decreasing), and takes the one that places more, the given one on a tie: a batch never places fewer
 * requests than placing them one by one.
 */
export function placeBatch(
  model: ClusterModel,
  requests: readonly ReplicaRequest[],
  options: BatchOptions,
): BatchDecision {
  const given = requests.map((_, index) => index);
  const largestFirst = [...given].sort((a, b) => demand(requests[b]) - demand(requests[a]) || a - b);
  const asGiven = attempt(model, requests, given, options);
  if (asGiven.placed === requests.length) return asGiven;
  const sorted = attempt(model, requests, largestFirst, options);
  const best = sorted.placed > asGiven.placed ? sorted : asGiven;
  if (options.mode === 'as-many-as-fit' || best.placed === requests.length) return best;
  return { ...best, placements: requests.map(() => undefined), placed: 0 };
}

/** Applies one request after the other and then releases all of them. */
function attempt(
  model: ClusterModel,
  requests: readonly ReplicaRequest[],
  order: readonly number[],
  options: BatchOptions,
): BatchDecision {
  const placements: (Placement | undefined)[] = requests.map(() => undefined);
  const applied: string[] = [];
  let verdict: Verdict | undefined;
  for (const index of order) {
    const request = requests[index] as ReplicaRequest;
    const decision: Decision = place(model, request, options);
    if (decision.outcome === 'unschedulable') {
      verdict ??= decision.verdict;
      continue;
    }
    apply(model, request, decision.placement);
    applied.push(request.id);
    placements[index] = decision.placement;
  }
  for (const id of applied.reverse()) release(model, id);
  return { placements, placed: applied.length, ...maybe('verdict', verdict) };
}

/** Larger is harder to place: devices, then share or memory, then CPU. */
function demand(request: ReplicaRequest | undefined): number {
  if (request === undefined) return 0;
  const { gpu } = request;
  const share =
    gpu.kind === 'portion' ? gpu.milliGpu / 1000 : gpu.kind === 'memory' ? 0.5 : gpu.kind === 'whole' ? 1 : 0;
  return devicesAsked(gpu) * share * 1e9 + request.cpuMilli;
}
