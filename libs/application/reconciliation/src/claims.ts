import type { Problem } from './model';

/** A claim that the replicas of a workload mount, as the cluster has it. */
export interface ClaimState {
  readonly name: string;
  /** Path of its field in the request. */
  readonly field: string;
  /** The workload brings it along; otherwise somebody else has to. */
  readonly made: boolean;
  /** Absent where there is no such claim. */
  readonly phase?: string;
  /** Class that it asks for; absent or empty where it leaves that to the cluster. */
  readonly storageClass?: string;
  /** What the cluster says why no volume is bound to it. */
  readonly trouble?: string;
}

/** A kind of volume that the cluster can make. */
export interface StorageClassState {
  readonly name: string;
  readonly isDefault: boolean;
}

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

function obstacle(
  namespace: string,
  { name, field, made, phase, storageClass, trouble }: ClaimState,
  classes: readonly StorageClassState[],
): Pick<Problem, 'reason' | 'message'> | undefined {
  if (phase === undefined)
    return made
      ? undefined
      : {
          reason: 'ClaimMissing',
          message: `${field}: there is no PersistentVolumeClaim "${name}" in the namespace ${namespace}; create it, and the workload goes on.`,
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
