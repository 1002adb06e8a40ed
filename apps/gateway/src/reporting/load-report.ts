import type { ReplicaLoad, WorkloadLoad } from '@tessera/contracts-internal';
import type { Workload } from '../routing/workload';

/**
 * The load since the last call, `intervalMs` ago, of each workload that has or had requests or has a draining replica,
 * and of the workloads that the leading scheduler asked for. Resets the counts of all workloads.
 */
export function takeLoads(
  workloads: readonly Workload[],
  now: number,
  intervalMs: number,
  asked: ReadonlySet<string> = NONE,
): WorkloadLoad[] {
  const unknown = new Set(asked);
  const loads = workloads.flatMap((workload) => {
    unknown.delete(workload.id);
    const load = workload.load.take(now, intervalMs);
    const replicas = replicasOf(workload);
    const { inFlight, held } = workload;
    const isActive = load.started > 0 || load.finished > 0 || inFlight > 0 || held > 0;
    const isLeaving = replicas.some(({ draining }) => draining);
    if (!isActive && !isLeaving && !asked.has(workload.id)) return [];
    const { latestAt } = workload.load;
    return [
      {
        workloadId: workload.id,
        inFlight,
        held,
        ...load,
        latencies: [...load.latencies],
        coldLatencies: [...load.coldLatencies],
        ...(latestAt === undefined ? {} : { lastRequestAgoMs: now - latestAt }),
        wake: workload.wakingSince !== undefined,
        replicas,
        coldStarts: workload.takeColdStarts(now),
      },
    ];
  });
  return [...loads, ...[...unknown].map(unknownLoad)];
}

const NONE: ReadonlySet<string> = new Set();

/** The load of a workload that the leading scheduler asked for and this gateway does not know: none. */
const unknownLoad = (workloadId: string): WorkloadLoad => ({
  workloadId,
  inFlight: 0,
  held: 0,
  started: 0,
  finished: 0,
  averageConcurrency: 0,
  latencies: [],
  coldLatencies: [],
  wake: false,
  replicas: [],
  coldStarts: [],
});

const replicasOf = (workload: Workload): ReplicaLoad[] =>
  [...workload.all()].map(({ replica, inFlight }) => ({
    uid: replica.uid,
    pod: replica.pod,
    inFlight,
    draining: replica.draining === true,
  }));
