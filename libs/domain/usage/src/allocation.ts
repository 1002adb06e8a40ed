/** The event that ended an allocation, and its time. */
export interface Ending {
  /** Sequence number of the event that reported it. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The kind of GPU of a share. An empty text means unknown or not applicable. */
export interface GpuKind {
  readonly nodePool: string;
  readonly gpuType: string;
  readonly migProfile: string;
}

/**
 * The GPU share of one pod, as far as events report it. `milliGpu` is the sum over its devices, in thousandths of a
 * device: a share by its portion, a MIG instance by its compute slices over those of the device, a whole device 1000.
 */
export interface Allocation extends GpuKind {
  readonly podId: string;
  readonly workloadId: string;
  readonly milliGpu: number;
  /** When the pod was created, milliseconds since the epoch. */
  readonly startedAt: number;
  /** The newest event of the workload in which the pod held its share; -1 if there is none. */
  readonly heldSequence: number;
  /** The newest event of its release: the exact end. */
  readonly released?: Ending | undefined;
  /** The first state of the workload that no longer lists the pod: an upper bound, used where the release never arrived. */
  readonly missed?: Ending | undefined;
}

/**
 * Merges two reports about one pod. Commutative and idempotent. Takes the earlier start, the newest release, and the
 * oldest state without the pod that is newer than every event in which the pod held its share.
 */
export function joined(one: Allocation, other: Allocation): Allocation {
  const heldSequence = Math.max(one.heldSequence, other.heldSequence);
  const released = newest(one.released, other.released);
  const missed = oldest(after(one.missed, heldSequence), after(other.missed, heldSequence));
  return {
    ...one,
    startedAt: Math.min(one.startedAt, other.startedAt),
    heldSequence,
    released,
    missed,
  };
}

/** When the share became free; undefined while it is held. Never before its start. */
export function endOf({ startedAt, heldSequence, released, missed }: Allocation): number | undefined {
  const ending = after(released, heldSequence) ?? after(missed, heldSequence);
  return ending === undefined ? undefined : Math.max(startedAt, ending.at);
}

const after = (ending: Ending | undefined, sequence: number): Ending | undefined =>
  ending !== undefined && ending.sequence > sequence ? ending : undefined;

function newest(one: Ending | undefined, other: Ending | undefined): Ending | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.sequence >= other.sequence ? one : other;
}

function oldest(one: Ending | undefined, other: Ending | undefined): Ending | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.sequence <= other.sequence ? one : other;
}
