import { isEvent, type TesseraEvent } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import type { TimelineEntry } from '../workloads/model';

/** Maps an event to an entry of the scaling timeline; undefined if it is not about scaling. Pure. */
export function timelineEntryOf(event: TesseraEvent): TimelineEntry | undefined {
  const { id, subject: workloadId, time: createdAt, sequence } = event.attributes;
  const entry = { id, workloadId, createdAt, sequence: Number(sequence) };
  if (isEvent(event, 'scaleDecided')) {
    const { generation, from, to, reason, inputs } = event.data;
    return { ...entry, kind: 'decision', body: { generation, from, to, reason, inputs } };
  }
  if (isEvent(event, 'coldStart')) {
    const { generation, replica, podName, totalMs, stages } = event.data;
    const of = { ...maybe('replica', replica), ...maybe('podName', podName) };
    return { ...entry, kind: 'cold-start', body: { generation, ...of, totalMs, stages } };
  }
  return undefined;
}
