import { knobsOf } from '../endpoint/knobs';
import { isTerminal, milliOf, type Pod, podRequests } from '@tessera/simulation-kubernetes-api/wire';

/** Why a node rejects a pod that was bound to it. */
export interface AdmissionRejection {
  readonly reason: string;
  readonly message: string;
}

/** A node as its admission check sees it. */
export interface AdmittingNode {
  readonly name: string;
  /** Pods that it has admitted, ended ones among them. */
  readonly admitted: readonly Pod[];
  readonly allocatable: Readonly<Record<string, string>>;
}

/**
 * The admission check of kubelet: the node must have capacity besides its admitted pods. A scheduler that overbooks a
 * node sees a pod in phase Failed with reason `OutOf<resource>`. A pod may ask to be rejected: SIM_REJECT.
 */
export function rejection(
  pod: Pod,
  { name: node, admitted, allocatable }: AdmittingNode,
): AdmissionRejection | undefined {
  const asked = knobsOf(pod).rejectedOn(node);
  if (asked !== undefined) return { reason: asked, message: `the pod asks for it by SIM_REJECT` };
  const others = admitted.filter((other) => other.metadata.uid !== pod.metadata.uid && !isTerminal(other));
  if (others.length + 1 > Number(allocatable['pods'] ?? Infinity))
    return {
      reason: 'OutOfpods',
      message: `Node didn't have enough resource: pods, requested: 1, used: ${others.length}, capacity: ${allocatable['pods'] ?? 0}`,
    };
  const used: Record<string, number> = {};
  for (const other of others)
    for (const [name, amount] of Object.entries(podRequests(other.spec)))
      used[name] = (used[name] ?? 0) + amount;
  for (const [name, asked] of Object.entries(podRequests(pod.spec))) {
    const capacity = milliOf(allocatable[name]);
    if (asked === 0 || asked + (used[name] ?? 0) <= capacity) continue;
    const shown = (milli: number): number => (name === 'cpu' ? milli : Math.ceil(milli / 1000));
    return {
      reason: `OutOf${name}`,
      message: `Node didn't have enough resource: ${name}, requested: ${shown(asked)}, used: ${shown(used[name] ?? 0)}, capacity: ${shown(capacity)}`,
    };
  }
  return undefined;
}
