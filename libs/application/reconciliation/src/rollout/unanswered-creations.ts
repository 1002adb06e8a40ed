import type { ReplicaPod } from '../model/replica';
import type { NewReplica } from '../ports';

/**
 * How long a creation without an answer may still be carried out, ms: the API server gives up a request after one minute
 * (kube-apiserver, `--request-timeout`).
 */
export const CARRIED_OUT_MS = 60_000;

/** A creation whose answer was lost: the pod exists, will exist or never does. */
export interface UnansweredCreation {
  readonly replica: NewReplica;
  /** The replica that is assumed until the cluster shows whether it exists. */
  readonly assumed: ReplicaPod;
  /** When the answer was lost, ms since the epoch. */
  readonly since: number;
}

/**
 * Creations without an answer, by workload, until the cluster shows whether their pods exist. In memory: a new leader
 * sees only the pods.
 */
export class UnansweredCreations {
  private readonly byWorkload = new Map<string, readonly UnansweredCreation[]>();

  add(creation: UnansweredCreation): void {
    const { workloadId } = creation.assumed;
    this.byWorkload.set(workloadId, [
      ...this.of(workloadId).filter((one) => !isSame(one, creation)),
      creation,
    ]);
  }

  of(workloadId: string): readonly UnansweredCreation[] {
    return this.byWorkload.get(workloadId) ?? [];
  }

  /** True while it is not known what became of this assumed replica. */
  has(assumed: ReplicaPod): boolean {
    return this.of(assumed.workloadId).some((one) => one.assumed === assumed);
  }

  delete(creation: UnansweredCreation): void {
    const { workloadId } = creation.assumed;
    const others = this.of(workloadId).filter((one) => one !== creation);
    if (others.length === 0) this.byWorkload.delete(workloadId);
    else this.byWorkload.set(workloadId, others);
  }
}

const isSame = (one: UnansweredCreation, other: UnansweredCreation): boolean =>
  one.assumed.name === other.assumed.name;
