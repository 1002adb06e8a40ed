import { isDeepStrictEqual } from 'node:util';
import { holdingReplica, type ReplicaPod } from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { HeldPlace } from '@tessera/contracts-kubernetes';

interface HeldPlacesDependencies {
  /** An accepted workload; the places of others do not count. */
  readonly refOf: (workloadId: string) => WorkloadRef | undefined;
  /** The place that the owner object of a workload holds. */
  readonly placeOf: (ref: WorkloadRef) => HeldPlace | undefined;
  /** Uid of a replica by its key, empty for an assumed one. */
  readonly uidOf: (key: string) => string | undefined;
  /** The replica that stands for a held place under this key has changed. */
  readonly onChange: (key: string, before: ReplicaPod | undefined, after: ReplicaPod | undefined) => void;
}

/** The replicas that stand for held places; they count on their nodes like pods. */
export class HeldPlaces {
  private readonly standIns = new Map<string, ReplicaPod>();

  constructor(private readonly on: HeldPlacesDependencies) {}

  /** True for a replica that stands for a held place. */
  has(replica: ReplicaPod): boolean {
    return this.standIns.get(replica.workloadId) === replica;
  }

  /**
   * The owner object or a pod of this workload changed. Returns the replica that stood for a place that is no longer
   * held.
   */
  follow(workloadId: string): ReplicaPod | undefined {
    const before = this.standIns.get(workloadId);
    const after = this.read(workloadId);
    if (isDeepStrictEqual(before, after)) return undefined;
    // No pod has such a key: the name of a namespace contains no space.
    const key = `held place/${workloadId}`;
    if (after === undefined) this.standIns.delete(workloadId);
    else this.standIns.set(workloadId, after);
    this.on.onChange(key, before, after);
    return before;
  }

  private read(workloadId: string): ReplicaPod | undefined {
    const { refOf, placeOf, uidOf } = this.on;
    const ref = refOf(workloadId);
    const place = ref && placeOf(ref);
    return ref && place ? holdingReplica(ref, place, (name) => uidOf(`${ref.namespace}/${name}`)) : undefined;
  }
}
