import { createHash } from 'node:crypto';
import type { OutgoingRecord } from '@tessera/application-messaging';
import { encodeEvent, formatSequence, type EventData } from '@tessera/contracts-events';
import { workloadRef } from '@tessera/testing-builders';

/** A stable id of the workload of that number. */
export function workloadId(workload: number): string {
  const hex = createHash('md5').update(String(workload)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** The nth event (from 0) of a workload, as the scheduler would send it. */
export function eventRecord(topic: string, workload: number, n: number, at = new Date()): OutgoingRecord {
  const id = workloadId(workload);
  const data: EventData<'phaseChanged'> = {
    ...workloadRef(workload, { workloadId: id }),
    generation: 1,
    to: 'Running',
    reason: 'Ready',
    message: `look number ${n}: all replicas are ready`,
    desiredReplicas: 2,
    readyReplicas: 2,
  };
  const attributes = {
    id: `${id}/${n}`,
    source: '/tessera/scheduler/test',
    subject: id,
    time: at.toISOString(),
    sequence: formatSequence(n),
    clusterid: data.clusterId,
    projectid: data.projectId,
    workloadname: data.name,
  };
  return { topic, ...encodeEvent({ name: 'phaseChanged', attributes, data }) };
}
