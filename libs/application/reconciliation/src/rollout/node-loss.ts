import type { LostNode } from '../model/cluster';
import type { ReplicaPod } from '../model/replica';

export interface LostReplicas {
  /** Replicas whose node has been lost for longer than tolerated; they are deleted without waiting for the node. */
  readonly lost: readonly ReplicaPod[];
  /** Why replicas are kept although their node is lost, by uid. */
  readonly spared?: ReadonlyMap<string, string>;
  /** When the decision changes by itself, ms. */
  readonly reconcileAt?: number;
}

/** The replicas whose node has been lost for at least `toleratedMs`. */
export function lostReplicas(
  pods: readonly ReplicaPod[],
  lostNode: (node: string) => LostNode | undefined,
  now: number,
  toleratedMs = 60_000,
): LostReplicas {
  const lost: ReplicaPod[] = [];
  const times: number[] = [];
  for (const pod of pods) {
    const node = pod.nodeName === undefined ? undefined : lostNode(pod.nodeName);
    if (node === undefined) continue;
    if (node.since + toleratedMs <= now) lost.push(pod);
    else times.push(node.since + toleratedMs);
  }
  return times.length === 0 ? { lost } : { lost, reconcileAt: Math.min(...times) };
}

/**
 * The replica as decisions see it: on a lost node it does not serve, whatever it reported last. `spared`: why it is
 * kept.
 */
export function onItsNode(
  pod: ReplicaPod,
  lostNode: (node: string) => LostNode | undefined,
  spared?: LostReplicas['spared'],
): ReplicaPod {
  const node = pod.nodeName === undefined ? undefined : lostNode(pod.nodeName);
  if (node === undefined) return pod;
  const since = node.reportedSince ?? new Date(node.since).toISOString();
  const loss = node.gone
    ? `the node ${node.node} has been gone since ${since}`
    : `the node ${node.node} has not been ready since ${since}`;
  const kept = spared?.get(pod.uid);
  const message = kept === undefined ? loss : `${loss}; ${kept}`;
  return { ...pod, ready: false, reason: 'NodeLost', message };
}
