/** Limits of the number of replicas, independent of the load. */
export interface ReplicaBounds {
  readonly min: number;
  /** At least 1. */
  readonly max: number;
  /** Acts as a minimum until this many replicas have been ready once. */
  readonly initial: number;
}

/** The bound that limited a decision; the condition and the event of the decision name it. */
export type BoundName = 'minReplicas' | 'maxReplicas' | 'initialReplicas';

/**
 * Clamps the wanted number to the bounds. Where the minimum is above the maximum, which two schedules can cause, the
 * maximum wins. Pure.
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
