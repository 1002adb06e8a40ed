import {
  encodeEvent,
  eventsTopic,
  formatSequence,
  workloadsTopic,
  type EventName,
} from '@tessera/contracts-events';
import { workloadRef } from '@tessera/testing-builders';
import type { ApiUnderTest, Json } from './api-under-test';

/** Time of the event with that number. */
export const timeOf = (t: ApiUnderTest, sequence: number): string =>
  new Date(t.clock.now() + sequence * 1000).toISOString();

/** An event of the scheduler about a workload. */
export async function reportEvent(
  t: ApiUnderTest,
  workload: Json,
  name: EventName,
  sequence: number,
  data: object,
): Promise<void> {
  const { workloadId, name: workloadName, clusterId } = workload;
  const ref = workloadRef(1, { workloadId, name: workloadName, clusterId });
  const record = encodeEvent({
    name,
    attributes: {
      id: `${workloadId}-${sequence}`,
      source: '/tessera/scheduler/test',
      subject: workloadId,
      time: timeOf(t, sequence),
      sequence: formatSequence(sequence),
      clusterid: clusterId,
      projectid: ref.projectId,
      workloadname: workloadName,
    },
    data: { ...ref, generation: 1, ...data } as never,
  });
  const topic = (name === 'state' ? workloadsTopic : eventsTopic)('tessera').name;
  await t.log.publish([{ topic, ...record }]);
  await t.settle();
}
