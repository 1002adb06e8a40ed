import type { ReplicaRequest } from '@tessera/domain-placement';
import { isAssumed } from '../rollout/assumed-replica';
import type { ReplicaPod } from '../model/replica';
import type { Placer } from './placer';

/** What kubelet counts of one pod apart from its GPUs. */
export type PodAmounts = Pick<ReplicaRequest, 'cpuMilli' | 'memoryMiB' | 'extended'>;

/**
 * What the pods of workloads ask for once they are admitted: a LimitRange adds defaults, a RuntimeClass its overhead, a
 * webhook a sidecar. Kubelet counts that, so replicas are placed with as much. The first two are computed before there
 * is a pod; the third is known from the pods that exist. A cache of both.
 */
export class AdmittedRequests {
  private readonly expected = new Map<string, PodAmounts>();
  private readonly known = new Map<string, PodAmounts & { readonly revision: number }>();

  /**
   * Records the requests that the next pods of a workload will have after admission; undefined for those of their spec.
   */
  expect(workloadId: string, amounts: PodAmounts | undefined): void {
    if (amounts === undefined) this.expected.delete(workloadId);
    else this.expected.set(workloadId, amounts);
  }

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

  /** The request, or the assumed replica, with what admission will add to it. */
  raised<T extends PodAmounts & { readonly workloadId: string }>(request: T): T {
    const { workloadId } = request;
    return raisedTo(raisedTo(request, this.expected.get(workloadId)), this.known.get(workloadId));
  }

  forget(workloadId: string): void {
    this.expected.delete(workloadId);
    this.known.delete(workloadId);
  }
}

/** Asks for at least these amounts; the same object if it does already. */
export function raisedTo<T extends PodAmounts>(request: T, least: PodAmounts | undefined): T {
  if (least === undefined) return request;
  const { cpuMilli, memoryMiB, extended } = least;
  const isMore = ([name, count]: readonly [string, number]): boolean => count > (request.extended[name] ?? 0);
  const more = Object.entries(extended).filter(isMore);
  if (cpuMilli <= request.cpuMilli && memoryMiB <= request.memoryMiB && more.length === 0) return request;
  return {
    ...request,
    cpuMilli: Math.max(cpuMilli, request.cpuMilli),
    memoryMiB: Math.max(memoryMiB, request.memoryMiB),
    extended: more.length === 0 ? request.extended : { ...request.extended, ...Object.fromEntries(more) },
  };
}

/** Placement that counts what admission adds. */
export const asAdmitted = (place: Placer, admitted: Pick<AdmittedRequests, 'raised'>): Placer =>
  Object.assign((request: ReplicaRequest) => place(admitted.raised(request)), {
    fitsWithout: (request: ReplicaRequest, replica: string) =>
      place.fitsWithout(admitted.raised(request), replica),
  });
