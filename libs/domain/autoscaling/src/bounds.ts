/** What limits the number of replicas, whatever the load asks for. */
export interface ReplicaBounds {
  readonly min: number;
  /** At least 1. */
  readonly max: number;
  /** A minimum until it has been reached once. */
  readonly initial: number;
}

/** Which bound decided; named in the condition and in the event of the decision. */
export type BoundName = 'minReplicas' | 'maxReplicas' | 'initialReplicas';

/**
 * The wish within the bounds. A minimum above the maximum, which two schedules may make, gives way to the maximum. Pure.
 */
export function withinBounds(
  { min, max, initial }: ReplicaBounds,
  reachedInitial: boolean,
  wanted: number,
): { readonly replicas: number; readonly limitedBy?: BoundName } {
  const least = reachedInitial ? min : Math.max(min, initial);
  if (wanted > max) return { replicas: max, limitedBy: 'maxReplicas' };
  if (wanted >= Math.min(least, max)) return { replicas: wanted };
  return { replicas: Math.min(least, max), limitedBy: least > min ? 'initialReplicas' : 'minReplicas' };
}
