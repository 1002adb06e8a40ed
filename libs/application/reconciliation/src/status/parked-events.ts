import type { ParkedRow } from '@tessera/application-messaging';
import { encodeEvent, EVENTS } from '@tessera/contracts-events';
import type { AcceptedWorkload } from '../model/workload';
import type { AcceptedWorkloads, DecideChange } from '../ports';
import { attributesOf, type Reporter } from './events';

/** Maximum length of a reason, characters: the event about a message that is too large must itself be small. */
const MOST = 1_000;

/** Reports parked rows of the scheduler's outbox to their workloads. */
export interface ParkedReporting {
  readonly workloads: Pick<AcceptedWorkloads, 'change'>;
  readonly reporter: Reporter;
  /** The cluster of this scheduler: others may share the outbox and report to their own workloads. */
  readonly clusterId: string;
  /** Wall clock, ms. */
  readonly now: () => number;
}

/**
 * Reports to a workload, by a small event in the order of its events, that one of its events or states was not sent.
 * Once per row, however often it is called. Rows that belong to no workload and rows that are themselves such an event
 * are not reported: the topic would refuse that event again.
 */
export async function reportParkedEvent(
  { workloads, reporter, clusterId, now }: ParkedReporting,
  parked: ParkedRow,
): Promise<void> {
  const { id, headers } = parked.row;
  const workloadId = headers['ce_subject'];
  if (workloadId === undefined || headers['ce_clusterid'] !== clusterId) return;
  if (headers['ce_type'] === EVENTS.messageParked.type) return;
  const time = new Date(now()).toISOString();
  await workloads.change(workloadId, messageParked(parked, time, reporter), `parked-${id}`);
}

/** The event and the row that it is numbered in; the state is not sent again, as it may be what is too large. */
const messageParked =
  ({ row, reason }: ParkedRow, time: string, reporter: Reporter): DecideChange =>
  (current) => {
    if (current === undefined) return undefined;
    const workload: AcceptedWorkload = { ...current, sequence: current.sequence + 1 };
    const data = {
      ...workload.ref,
      generation: workload.generation,
      parkedType: row.headers['ce_type'] ?? '',
      parkedId: row.headers['ce_id'] ?? '',
      topic: row.topic,
      row: row.id,
      reason: reason.slice(0, MOST),
    };
    const attributes = attributesOf(workload, reporter, workload.sequence, time);
    return {
      workload,
      records: [
        { topic: reporter.topics.events, ...encodeEvent({ name: 'messageParked', attributes, data }) },
      ],
    };
  };
