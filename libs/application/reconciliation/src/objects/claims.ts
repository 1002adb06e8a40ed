import type { ClaimState, StorageClassState } from '../model/cluster';
import type { Problem } from '../model/problems';
import { hasEnded, type ReplicaPod } from '../model/replica';
import type { ReplicaPlan } from '../rollout/rollout-plan';

/**
 * Why a claim keeps the replicas of a workload from starting, for the first such claim; undefined if none does. A claim
 * that is about to be bound does not count.
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
 * Adapts the plan while a claim is being deleted. No replica is created, since kube-scheduler places nothing on such a
 * claim. Replicas created before the deletion was seen are removed: each of them would keep the claim and so block all
 * later replicas. A replica created in the same second is removed too; older ones stay.
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
          message: `${field}: the PersistentVolumeClaim "${name}" does not exist in namespace ${namespace}; create it, and the workload continues.`,
        };
  if (endingSince !== undefined)
    return {
      reason: 'ClaimEnding',
      message: `${field}: the PersistentVolumeClaim "${name}" has been terminating since ${endingSince}; it is removed once no pod uses it. ${made ? 'Tessera then creates a new claim and new replicas' : 'Create it again after that; new replicas wait for it'}.`,
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
      message: `${field}: the claim "${name}" gets no volume because the cluster has no StorageClass "${storageClass}"; available: ${list(classes)}.`,
    };
  if (!storageClass && !classes.some((one) => one.isDefault))
    return {
      reason: 'StorageClassMissing',
      message: `${field}: the claim "${name}" names no StorageClass and the cluster has no default one; available: ${list(classes)}.`,
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
