import type { WorkloadRef } from '@tessera/contracts-events';
import type { ReplicaPod } from '@tessera/application-reconciliation';
import { LABELS, ownerOf } from '@tessera/contracts-kubernetes';
import type { Logger } from '@tessera/platform-logging';
import { keyOf } from './informer';
import { toReplicaPod } from './replica-pod';
import type { PodWire } from './wire';

export interface OwnerKnowledge {
  /** A workload that this scheduler has accepted; undefined for one that it does not know. */
  readonly refOf: (workloadId: string) => WorkloadRef | undefined;
  /** Uid of the owner object of a workload; undefined where it is not there. */
  readonly ownerUid: (ref: WorkloadRef) => string | undefined;
  /** A pod names a workload that nobody knows here; whoever finds it says so, and the pod is read again. */
  readonly onUnknown: (workloadId: string) => void;
  /** Reads an object anew. */
  readonly read: (path: string) => Promise<PodWire>;
  readonly logger: Logger;
}

/**
 * Which pods are replicas: those of a workload that was accepted, in the namespace of its project, under its owner object.
 * What others say about themselves counts for nothing; they are remembered while that may change.
 */
export class PodOwners {
  /** Keys of pods that say they are of a workload and are not, by the id that they name. */
  private readonly claiming = new Map<string, Set<string>>();

  constructor(private readonly know: OwnerKnowledge) {}

  /** The pod as a replica; undefined where it is none. One that was a replica before stays one of its workload. */
  replicaOf(pod: PodWire, known: ReplicaPod | undefined): ReplicaPod | undefined {
    const read = toReplicaPod(pod);
    if (read === undefined) return undefined;
    const isKnown = known?.uid === read.uid && known.workloadId === read.workloadId;
    return isKnown || this.isReplica(pod, read.workloadId) ? read : undefined;
  }

  /** It is gone, or is a replica now. */
  forget(pod: PodWire): void {
    const id = pod.metadata.labels?.[LABELS.workloadId] ?? '';
    const keys = this.claiming.get(id);
    if (keys?.delete(keyOf(pod)) === true && keys.size === 0) this.claiming.delete(id);
  }

  /** Reads the pods again that say they are of this workload and were not taken for its replicas. */
  readAgain(workloadId: string, take: (pod: PodWire) => void): void {
    for (const key of this.claiming.get(workloadId) ?? []) {
      const [namespace = '', name = ''] = key.split('/');
      this.know
        .read(`/api/v1/namespaces/${namespace}/pods/${name}`)
        .then(take)
        .catch((err: unknown) => this.know.logger.warn({ err, pod: key }, 'a pod could not be read again'));
    }
  }

  private isReplica(pod: PodWire, id: string): boolean {
    const ref = this.know.refOf(id);
    if (ref !== undefined && this.isOf(pod, ref)) {
      this.forget(pod);
      return true;
    }
    if (!UUID.test(id)) return false;
    this.claiming.set(id, (this.claiming.get(id) ?? new Set()).add(keyOf(pod)));
    if (ref === undefined) this.know.onUnknown(id);
    return false;
  }

  private isOf({ metadata }: PodWire, ref: WorkloadRef): boolean {
    const owner = ownerOf(metadata, {
      bindingOf: (namespace) =>
        namespace === ref.namespace ? { project: ref.projectName, projectId: ref.projectId } : undefined,
    });
    if (owner?.workload !== ref.name) return false;
    // One that is ending serves nobody and has its devices until it is gone, also where its owner object went first.
    return metadata.deletionTimestamp !== undefined || owner.record.uid === this.know.ownerUid(ref);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
