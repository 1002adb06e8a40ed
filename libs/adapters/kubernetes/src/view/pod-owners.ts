import type { WorkloadRef } from '@tessera/contracts-events';
import type { ReplicaPod } from '@tessera/application-reconciliation';
import { LABELS, ownerOf } from '@tessera/contracts-kubernetes';
import type { Logger } from '@tessera/platform-logging';
import { keyOf } from '../informer/wire-object';
import { toReplicaPod } from './replica-pod';
import type { PodWire } from '../api/wire';

export interface OwnerKnowledge {
  /** A workload that this scheduler has accepted; undefined if unknown. */
  readonly refOf: (workloadId: string) => WorkloadRef | undefined;
  /** Uid of the owner object of a workload; undefined if it does not exist. */
  readonly ownerUid: (ref: WorkloadRef) => string | undefined;
  /** A pod names a workload that is unknown here. Once the workload becomes known, the pod is read again. */
  readonly onUnknown: (workloadId: string) => void;
  /** Reads an object again. */
  readonly read: (path: string) => Promise<PodWire>;
  readonly logger: Logger;
}

/**
 * Decides which pods are replicas: those of an accepted workload, in the namespace of its project, owned by its owner
 * object. The labels of other pods are not trusted; such pods are tracked for as long as that may change.
 */
export class PodOwners {
  /** Keys of pods that claim to belong to a workload and do not, by the workload id in their label. */
  private readonly claiming = new Map<string, Set<string>>();

  constructor(private readonly know: OwnerKnowledge) {}

  /** The pod as a replica; undefined if it is none. A pod that was a replica before stays one. */
  replicaOf(pod: PodWire, known: ReplicaPod | undefined): ReplicaPod | undefined {
    const read = toReplicaPod(pod);
    if (read === undefined) return undefined;
    const isKnown = known?.uid === read.uid && known.workloadId === read.workloadId;
    return isKnown || this.isReplica(pod, read.workloadId) ? read : undefined;
  }

  /** The pod was deleted, or is a replica now. */
  forget(pod: PodWire): void {
    const id = pod.metadata.labels?.[LABELS.workloadId] ?? '';
    const keys = this.claiming.get(id);
    if (keys?.delete(keyOf(pod)) === true && keys.size === 0) this.claiming.delete(id);
  }

  /** Reads the pods again that claim to belong to this workload and were not accepted as its replicas. */
  readAgain(workloadId: string, take: (pod: PodWire) => void): void {
    for (const key of this.claiming.get(workloadId) ?? []) {
      const [namespace = '', name = ''] = key.split('/');
      this.know
        .read(`/api/v1/namespaces/${namespace}/pods/${name}`)
        .then(take)
        .catch((err: unknown) => this.know.logger.warn({ err, pod: key }, 'could not read the pod again'));
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
    // A terminating pod serves no traffic but keeps its devices until deleted, even if its owner object went first.
    return metadata.deletionTimestamp !== undefined || owner.record.uid === this.know.ownerUid(ref);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
