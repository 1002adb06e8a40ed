import { eventsTopic } from '@tessera/contracts-events';
import { gpuAllocation } from '@tessera/testing-builders';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { reportEvent, timeOf } from './testing/cluster-events';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
const unknown = '00000000-0000-4000-8000-000000000000';

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

const create = (body: unknown, headers: Record<string, string> = {}) =>
  t.call('POST', INFERENCES, { body, headers });
const outboxOf = (id: string): Promise<Json[]> =>
  t.dataSource.query('select topic, headers, value from api.outbox where key = $1 order by id', [id]);

describe('deleting', () => {
  it('returns 204 while the workload is being deleted and 404 afterwards, and lists it among the deleted', async () => {
    const { body } = await create(smallRequest('going'));
    const path = `${INFERENCES}/${body.workloadId}`;
    expect((await t.call('DELETE', path, { headers: { 'content-type': 'application/json' } })).status).toBe(
      204,
    );
    const going = await t.call('GET', path);
    expect([going.body.desiredPhase, going.body.actualPhase]).toEqual(['Deleted', 'Deleting']);
    const rows = (await outboxOf(body.workloadId)).length;
    expect((await t.call('DELETE', path)).status).toBe(204);
    expect(await outboxOf(body.workloadId)).toHaveLength(rows);
    const taken = await create(smallRequest('going'));
    expect([taken.status, taken.body]).toEqual([
      409,
      {
        code: 409,
        message: "workload with name 'going' already exists in this project",
        details: expect.stringMatching(
          /^That workload has been terminating since 2026-01-01T\S+Z\. Its name/,
        ),
      },
    ]);

    await reportEvent(t, body, 'deleted', 3, { generation: 2 });
    expect((await t.call('GET', path)).status).toBe(404);
    expect((await t.call('DELETE', path)).status).toBe(404);
    expect((await t.call('PATCH', path, { body: { spec: {} } })).status).toBe(404);
    const filter = encodeURIComponent(`name==going`);
    const living = await t.call('GET', `/api/v1/workloads?filterBy=${filter}`);
    const gone = await t.call('GET', `/api/v1/workloads?deleted=true&filterBy=${filter}`);
    expect([living.body.workloads, gone.body.workloads.map(({ id }: Json) => id)]).toEqual([
      [],
      [body.workloadId],
    ]);
    expect(gone.body.workloads[0].deletedAt).not.toBeNull();
    expect((await create(smallRequest('going'))).status).toBe(200);
  });

  it('returns 404 for a workload that never existed', async () => {
    for (const id of [unknown, 'not-an-id'])
      expect((await t.call('DELETE', `${INFERENCES}/${id}`)).body).toEqual({
        code: 404,
        message: 'Resource id not found.',
      });
  });
});

const podId = '7b0e2b5e-1111-4222-8333-444455556666';
const allocation = gpuAllocation({ nodePool: 'my-node-pool-a' });

const phase = (from: string, to: string, message = '') => ({
  from,
  to,
  reason: to,
  message,
  desiredReplicas: 1,
  readyReplicas: to === 'Running' ? 1 : 0,
});

const state = (sequence: number, to: string, ready: boolean) => ({
  observedGeneration: 1,
  sequence,
  phase: to,
  phaseMessage: '',
  phaseUpdatedAt: timeOf(t, sequence),
  desiredReplicas: 1,
  readyReplicas: ready ? 1 : 0,
  conditions: [],
  pods: [
    {
      id: podId,
      name: 'chat-0',
      replica: 0,
      phase: 'Running',
      phaseUpdatedAt: timeOf(t, sequence),
      createdAt: timeOf(t, 0),
      ready,
      nodeName: 'node-a',
      image: 'model:1',
      allocation,
    },
  ],
  urls: ['http://gateway/project-1/chat'],
  updatedAt: timeOf(t, sequence),
});

describe('events of the cluster', () => {
  it('appear as phases, history, events and pods, once and in order', async () => {
    const { body } = await create(smallRequest('chat'));
    await reportEvent(t, body, 'phaseChanged', 1, phase('Creating', 'Pending'));
    await reportEvent(t, body, 'replicaScheduled', 2, {
      replica: 0,
      podName: 'chat-0',
      node: 'node-a',
      nodePool: 'my-node-pool-a',
    });
    await reportEvent(t, body, 'gpuAllocated', 3, { replica: 0, podName: 'chat-0', allocation });
    await reportEvent(t, body, 'phaseChanged', 4, phase('Pending', 'Initializing'));
    await reportEvent(t, body, 'state', 5, state(5, 'Initializing', false));
    await reportEvent(t, body, 'phaseChanged', 6, phase('Initializing', 'Running'));
    await reportEvent(t, body, 'state', 7, state(7, 'Running', true));
    await reportEvent(t, body, 'state', 7, state(7, 'Running', true));
    await reportEvent(t, body, 'state', 5, state(5, 'Initializing', false));

    expect((await t.call('GET', `${INFERENCES}/${body.workloadId}`)).body.actualPhase).toBe('Running');
    const { body: history } = await t.call('GET', `/api/v1/workloads/${body.workloadId}/history`);
    const phases = history.records.flatMap(({ spec }: Json) => spec.phaseUpdate?.phase ?? []);
    expect(phases).toEqual(['Creating', 'Pending', 'Initializing', 'Running']);
    const { body: page } = await t.call('GET', `/api/v1/workloads/${body.workloadId}/events?sortOrder=asc`);
    expect(page.events.map(({ reason, message }: Json) => [reason, message])).toEqual([
      ['Scheduled', 'chat-0 runs on node node-a of node pool my-node-pool-a'],
      ['GpuAllocated', 'chat-0 holds 0.5 GPU of device 0 on node-a'],
    ]);
    const { body: pods } = await t.call('GET', `/api/v1/workloads/${body.workloadId}/pods`);
    expect(pods.pods).toMatchObject([
      {
        id: podId,
        name: 'chat-0',
        nodeName: 'node-a',
        currentNodePool: 'my-node-pool-a',
        k8sPhase: 'Running',
        allocatedResources: { gpu: 0.5 },
      },
    ]);
    const { body: entry } = await t.call('GET', `/api/v1/workloads/${body.workloadId}`);
    expect(entry).toMatchObject({
      phase: 'Running',
      runningPods: 1,
      currentNodePools: ['my-node-pool-a'],
      urls: ['http://gateway/project-1/chat'],
      allocatedResources: { gpu: 0.5, gpuMemory: '20480Mi' },
    });
  });

  it('show why a replica fits nowhere', async () => {
    const { body } = await create(smallRequest('waiting'));
    await reportEvent(t, body, 'replicaUnschedulable', 1, {
      replica: 0,
      message: '0/3 nodes: 3 lack 0.5 GPU on one device',
      nodes: 3,
      rejected: [],
      nearestMiss: 'node a: 0.4 GPU free on one device, 0.5 asked',
      suggestions: ['end workload chat on node a to make room', 'uncordon node b'],
    });
    const { body: page } = await t.call('GET', `/api/v1/workloads/${body.workloadId}/events`);
    expect(page.events).toMatchObject([
      {
        type: 'Warning',
        reason: 'Unschedulable',
        message:
          '0/3 nodes: 3 lack 0.5 GPU on one device. Nearest is node a: 0.4 GPU free on one device, 0.5 asked. ' +
          'To make it fit: end workload chat on node a to make room; or uncordon node b.',
      },
    ]);
  });

  it('cannot bring back a workload whose deletion was requested', async () => {
    const { body } = await create(smallRequest('ending'));
    await t.call('DELETE', `${INFERENCES}/${body.workloadId}`);
    await reportEvent(t, body, 'phaseChanged', 1, phase('Pending', 'Running'));
    await reportEvent(t, body, 'state', 2, state(2, 'Running', true));
    expect((await t.call('GET', `${INFERENCES}/${body.workloadId}`)).body.actualPhase).toBe('Deleting');
  });

  it('sends an unreadable record to the dead-letter topic and continues', async () => {
    await t.log.publish([
      { topic: eventsTopic('tessera').name, key: 'k', headers: { ce_type: 'nonsense' }, value: '{' },
    ]);
    await t.settle();
    expect(t.log.records.at(-1)).toMatchObject({
      topic: 'tessera.inference.events.v1.dlq',
      key: 'k',
      value: '{',
    });
  });
});
