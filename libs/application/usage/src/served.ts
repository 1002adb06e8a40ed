import type { OutgoingRecord } from '@tessera/application-messaging';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { UsageReport } from '@tessera/contracts-internal/gateway';
import { usageRecord } from './traffic';

export interface ServedOptions {
  readonly topicPrefix: string;
  /** The workloads of the report that are known, by id; deleted ones among them. */
  readonly workloads: ReadonlyMap<string, WorkloadRef>;
  /** When the records are sent, RFC 3339. */
  readonly time: string;
}

/**
 * The records of a gateway's report. The same report gives the same ids, so it counts once however often it arrives, and
 * at however many schedulers. What cannot be of a known workload is left out: nobody could be charged for it.
 */
export function servedRecords({ gatewayId, entries }: UsageReport, options: ServedOptions): OutgoingRecord[] {
  const { topicPrefix, workloads, time } = options;
  return entries.flatMap(({ sequence, ...amounts }) => {
    const ref = workloads.get(amounts.workloadId);
    if (ref === undefined) return [];
    const { clusterId, projectId, name: workloadName } = ref;
    return [
      usageRecord(topicPrefix, {
        ...amounts,
        ...{ clusterId, projectId, workloadName, sequence, time },
        source: `/tessera/gateway/${gatewayId}`,
      }),
    ];
  });
}
