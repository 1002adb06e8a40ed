import type { ParkedRow } from '@tessera/application-messaging';
import type { HistoryEntry } from '../workloads/model';
import type { ControlPlaneDependencies } from '../workloads/ports';

/**
 * Reports a parked message to the owner of its workload, as an event of the workload: the cluster keeps running the
 * previous state. Once per row, however often it is called. Parked messages about anything else are not reported here.
 */
export async function reportParked(
  dependencies: Pick<ControlPlaneDependencies, 'store' | 'newId' | 'clock'>,
  { row, reason }: ParkedRow,
): Promise<void> {
  if (!UUID.test(row.key)) return;
  await dependencies.store.transaction(async (tx) => {
    const workload = await tx.lock(row.key);
    if (workload === undefined || !(await tx.claim(`parked-${row.id}`))) return;
    const entry: HistoryEntry = {
      id: dependencies.newId(),
      workloadId: workload.id,
      createdAt: new Date(dependencies.clock.now()).toISOString(),
      kind: 'event',
      type: 'Warning',
      reason: 'MessageParked',
      message: `the last change was not sent to the cluster: ${reason}`,
      source: 'tessera-api',
      involved: { uid: workload.id, kind: 'Inference', name: workload.name },
    };
    await tx.append([entry]);
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
