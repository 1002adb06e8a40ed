import type { ReplicaRequest } from '@tessera/domain-placement';
import { isAssumed } from '../rollout/assumed-replica';
import type { ReplicaPod } from '../model/replica';
import type { Place } from './place';

interface Admitted {
  readonly revision: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/**
 * What the pods of workloads ask for as the cluster admitted them: a LimitRange adds defaults, a RuntimeClass its
 * overhead, a webhook a sidecar. Kubelet counts that, so the next replica of the workload is placed with as much. A
 * cache: the pods that exist fill it.
 */
export class AdmittedRequests {
  private readonly known = new Map<string, Admitted>();

  /** Reads the newest pod of the revision, a rejected one too. */
  see(workloadId: string, revision: number, pods: readonly ReplicaPod[]): void {
    if (this.known.get(workloadId)?.revision !== revision) this.known.delete(workloadId);
    let newest: ReplicaPod | undefined;
    for (const pod of pods)
      if (
        pod.generation === revision &&
        !isAssumed(pod) &&
        (newest === undefined || pod.createdAt > newest.createdAt)
      )
        newest = pod;
    if (newest === undefined) return;
    const { cpuMilli, memoryMiB, extended } = newest;
    this.known.set(workloadId, { revision, cpuMilli, memoryMiB, extended });
  }

  /** The request with what admission will add to it. */
  raised(request: ReplicaRequest): ReplicaRequest {
    const admitted = this.known.get(request.workloadId);
    if (admitted === undefined) return request;
    const { cpuMilli, memoryMiB, extended } = admitted;
    const isMore = ([name, count]: readonly [string, number]): boolean =>
      count > (request.extended[name] ?? 0);
    const more = Object.entries(extended).filter(isMore);
    if (cpuMilli <= request.cpuMilli && memoryMiB <= request.memoryMiB && more.length === 0) return request;
    return {
      ...request,
      cpuMilli: Math.max(cpuMilli, request.cpuMilli),
      memoryMiB: Math.max(memoryMiB, request.memoryMiB),
      extended: more.length === 0 ? request.extended : { ...request.extended, ...Object.fromEntries(more) },
    };
  }

  forget(workloadId: string): void {
    this.known.delete(workloadId);
  }
}

/** Placement that counts what admission adds. */
export const asAdmitted = (place: Place, admitted: AdmittedRequests): Place =>
  Object.assign((request: ReplicaRequest) => place(admitted.raised(request)), {
    fitsWithout: (request: ReplicaRequest, replica: string) =>
      place.fitsWithout(admitted.raised(request), replica),
  });
