import type { ReplicaLoad, WorkloadLoad } from '@tessera/contracts-internal';
import type { Workload } from '../routing/workload';

/**
 * The load of each workload that has a replica or had a request since the last call, `intervalMs` ago. The counts of
 * the workloads begin anew.
 */
export function takeLoads(workloads: readonly Workload[], now: number, intervalMs: number): WorkloadLoad[] {
  return workloads.flatMap((workload) => {
    const load = workload.load.take(now, intervalMs);
    const replicas = replicasOf(workload);
    const { inFlight, held } = workload;
    const isActive = load.started > 0 || load.finished > 0 || inFlight > 0 || held > 0;
    if (replicas.length === 0 && !isActive) return [];
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
}

const replicasOf = (workload: Workload): ReplicaLoad[] =>
  [...workload.all()].map(({ replica, inFlight }) => ({
    uid: replica.uid,
    pod: replica.pod,
    inFlight,
    draining: replica.draining === true,
  }));
