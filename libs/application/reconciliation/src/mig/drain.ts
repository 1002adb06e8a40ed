import type { ClaimState } from '../model/cluster';
import { hasEnded, type ReplicaPod } from '../model/replica';
import type { CompiledWorkload } from '../model/workload';
import type { Placer } from '../placement/placer';
import { requestBeside } from '../placement/volume-reach';
import type { ReplicaPlan } from '../rollout/rollout-plan';

/** Which replica of a workload leaves the nodes being drained now, and why the others stay. */
export interface DrainPlan {
  readonly move?: ReplicaPod;
  readonly stays: readonly { readonly pod: string; readonly why: string }[];
}

/** True if the replica has a device and so blocks a change of geometry. */
export const hasDevices = ({ allocation }: Pick<ReplicaPod, 'allocation'>): boolean =>
  allocation !== undefined && allocation.devices.length > 0;

/**
 * Moves one replica at a time, and only one that fits on another node: it is deleted and its successor is placed there.
 * The next follows when all other replicas are ready, so that a workload with several replicas keeps serving.
 */
export function planDrain(
  target: CompiledWorkload,
  pods: readonly ReplicaPod[],
  plan: ReplicaPlan,
  draining: ReadonlySet<string>,
  place: Placer,
  claims: readonly ClaimState[] = [],
): DrainPlan {
  const remaining = pods.filter((pod) => !hasEnded(pod) && !plan.remove.includes(pod));
  const leaving = remaining.filter(
    (pod) => !pod.terminating && hasDevices(pod) && draining.has(pod.nodeName ?? ''),
  );
  const staying = (why: string, all = leaving) => all.map(({ name }) => ({ pod: name, why }));
  if (leaving.length === 0) return { stays: [] };
  const ending = pods.find(({ terminating }) => terminating);
  if (ending !== undefined) return { stays: staying(`waits until ${ending.name} has terminated`) };
  if (plan.unschedulable !== undefined)
    return { stays: staying('another replica of its workload is not placed yet') };
  if (plan.create.length + plan.remove.length > 0)
    return { stays: staying('other replicas of its workload move first') };
  const behind = remaining.find((pod) => !leaving.includes(pod) && !pod.ready);
  if (behind !== undefined) return { stays: staying(`waits until ${behind.name} is ready`) };
  const move = [...leaving]
    .sort((a, b) => Number(a.ready) - Number(b.ready) || b.ordinal - a.ordinal)
    .find(({ name }) => place.fitsWithout(requestBeside(target, name, claims), name));
  if (move === undefined) return { stays: staying('it fits on no other node') };
  const others = leaving.filter((pod) => pod !== move);
  return { move, stays: staying(`moves after ${move.name}`, others) };
}
