import {
  encodeEvent,
  eventsTopic,
  formatSequence,
  workloadsTopic,
  type EventName,
} from '@tessera/contracts-events';
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
  const ref = {
    workloadId: workload.workloadId,
    name: workload.name,
    clusterId: workload.clusterId,
    projectId: '1',
    projectName: 'project-1',
    departmentId: '2',
    departmentName: 'department-2',
    namespace: 'runai-project-1',
  };
  const record = encodeEvent({
    name,
    attributes: {
      id: `${workload.workloadId}-${sequence}`,
      source: '/tessera/scheduler/test',
      subject: workload.workloadId,
      time: timeOf(t, sequence),
      sequence: formatSequence(sequence),
      clusterid: workload.clusterId,
      projectid: '1',
      workloadname: workload.name,
    },
    data: { ...ref, generation: 1, ...data } as never,
  });
  const topic = (name === 'state' ? workloadsTopic : eventsTopic)('tessera').name;
  await t.log.publish([{ topic, ...record }]);
  await t.settle();
}
