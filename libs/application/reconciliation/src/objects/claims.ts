import {
  hasEnded,
  type ClaimState,
  type Problem,
  type ReplicaPod,
  type StorageClassState,
} from '../model/workload';
import type { ReplicaPlan } from '../rollout/rollout-plan';

/**
 * Why the claims of a workload keep its replicas from starting, by the first of them that does; undefined where none does.
 * A claim that is about to be bound is no obstacle.
 */
export function claimObstacle(
  namespace: string,
  claims: readonly ClaimState[],
  classes: readonly StorageClassState[],
): Problem | undefined {
  for (const claim of claims) {
    const problem = obstacle(namespace, claim, classes);
    if (problem !== undefined) return { final: false, ...problem };
  }
  return undefined;
}

/**
 * The plan as long as a claim is being deleted: no replica is made, for Kubernetes' own scheduler places nothing on such a
 * claim, and those are removed that were made when its deletion was not seen yet. Each of them would keep the claim, and so
 * all later ones from starting. One made in the same second counts; those from before may go on.
 */
export function offEndingClaims(
  plan: ReplicaPlan,
  pods: readonly ReplicaPod[],
  claims: readonly ClaimState[],
): ReplicaPlan {
  const since = claims.flatMap(({ endingSince }) =>
    endingSince === undefined ? [] : [Date.parse(endingSince)],
  );
  if (since.length === 0) return plan;
  const first = Math.min(...since);
  const late = pods.filter((pod) => !pod.terminating && !hasEnded(pod) && Date.parse(pod.createdAt) >= first);
  return { ...plan, create: [], remove: [...new Set([...plan.remove, ...late])] };
}

function obstacle(
  namespace: string,
  { name, field, made, phase, storageClass, trouble, endingSince }: ClaimState,
  classes: readonly StorageClassState[],
): Pick<Problem, 'reason' | 'message'> | undefined {
  if (phase === undefined)
    return made
      ? undefined
      : {
          reason: 'ClaimMissing',
          message: `${field}: there is no PersistentVolumeClaim "${name}" in the namespace ${namespace}; create it, and the workload goes on.`,
        };
  if (endingSince !== undefined)
    return {
      reason: 'ClaimEnding',
      message: `${field}: the PersistentVolumeClaim "${name}" is being deleted since ${endingSince} and goes once no pod uses it; no replica is made before ${made ? 'that, then with a new claim' : 'there is another one'}.`,
    };
  if (phase === 'Lost')
    return {
      reason: 'VolumeLost',
      message: `${field}: the volume behind the PersistentVolumeClaim "${name}" is gone.`,
    };
  if (phase === 'Bound') return undefined;
  if (storageClass && !classes.some((one) => one.name === storageClass))
    return {
      reason: 'StorageClassMissing',
      message: `${field}: the cluster has no StorageClass "${storageClass}", so the claim "${name}" gets no volume; it has ${list(classes)}.`,
    };
  if (!storageClass && !classes.some((one) => one.isDefault))
    return {
      reason: 'StorageClassMissing',
      message: `${field}: the claim "${name}" names no StorageClass and the cluster has no default one; it has ${list(classes)}.`,
    };
  return trouble === undefined
    ? undefined
    : { reason: 'VolumeNotBound', message: `${field}: the claim "${name}" gets no volume: ${trouble}` };
}

const list = (classes: readonly StorageClassState[]): string =>
  classes.length === 0
    ? 'none'
    : classes
        .map(({ name }) => `"${name}"`)
        .sort()
        .join(', ');
