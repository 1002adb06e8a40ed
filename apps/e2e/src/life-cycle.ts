import { gpuPortion, migInstance } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, sampleText, workload, type Json } from './client';
import { allocationOf } from './cluster';
import type { Platform } from './platform';

const LIMIT_MS = 30_000;
const HALF = gpuPortion(0.5);
const POOL_A = { nodePools: ['my-node-pool-a'] };
const START_PHASES = ['Creating', 'Pending', 'Initializing', 'Running'];

/** The life cycle of an inference, through HTTP only. Call it inside a `describe`; the steps build on each other. */
export function lifeCycle(platform: () => Platform): void {
  const client = new Client(() => platform().connection);
  let sample: Json;

  const running = (id: string) =>
    eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), LIMIT_MS);
  const gone = (id: string) =>
    eventually(
      async () => expect((await client.call('GET', `${INFERENCES}/${id}`)).status).toBe(404),
      LIMIT_MS,
    );

  it('1: gives a token for the credential, and nothing without one', async () => {
    expect(await client.newToken()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    for (const path of ['/api/v1/workloads', `${INFERENCES}/x`, '/api/v1/org-unit/projects'])
      expect((await client.plain('GET', path)).status).toBe(401);
    expect((await client.plain('POST', INFERENCES, sampleText())).status).toBe(401);
    expect((await client.call('GET', '/api/v1/workloads')).body.workloads).toEqual([]);
  });

  it('2: accepts the sample as it stands', async () => {
    const { status, body } = await client.call('POST', INFERENCES, sampleText());
    expect(status).toBe(200);
    const { name, clusterId, spec } = JSON.parse(sampleText());
    // The one field that answers have in another type than requests.
    spec.compute.extendedResources[0].quantity = '2';
    const place = { projectId: '1', departmentId: '2', clusterId };
    expect(body).toMatchObject({ ...place, requestedName: name, actualPhase: 'Creating' });
    expect(body.name).toMatch(new RegExp(`^${name}-.`));
    expect(body.spec).toEqual(spec);
    sample = body;
  });

  it('3 and 4: places half a GPU, writes the allocation on the pod and reports each phase as it happens', async () => {
    await running(sample.workloadId);
    await eventually(
      async () => expect(await client.phasesOf(sample.workloadId)).toEqual(START_PHASES),
      LIMIT_MS,
    );
    const [pod] = await client.podsOf(sample.workloadId);
    // Step 7 needs the whole of this node, so it shows whether the share came back.
    expect(pod).toMatchObject({
      k8sPhase: 'Running',
      allocatedResources: { gpu: 0.5 },
      nodeName: 'a100-pool-a-1',
    });
    expect(await allocationOf(platform().connection, pod.name)).toMatchObject({
      kind: 'portion',
      devices: [{ milliGpu: 500 }],
    });
  });

  it('3, second workload: takes a MIG instance', async () => {
    const mig = migInstance('1g.5gb');
    const { workloadId } = await client.create(workload('with-mig', mig));
    await running(workloadId);
    const [pod] = await client.podsOf(workloadId);
    expect(await allocationOf(platform().connection, pod.name)).toMatchObject({
      kind: 'mig',
      devices: [{ mig: { profile: '1g.5gb' } }],
    });
    expect(await client.remove(workloadId)).toBe(204);
    await gone(workloadId);
  });

  it('5: leads requests to the model server and measures them', async () => {
    const { gateway } = platform().connection;
    const [pod] = await client.podsOf(sample.workloadId);
    const metrics = async (path: string): Promise<Json> => {
      const url = `${gateway}/project-1/${sample.name}/v1/models`;
      const answer = await fetch(url);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ pod: pod.name, path: '/v1/models' });
      const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
      const query = `metricType=THROUGHPUT,LATENCY&start=${at(-120_000)}&end=${at(0)}&numberOfSamples=60`;
      return (await client.call('GET', `${path}?${query}`)).body;
    };
    const path = `${INFERENCES}/${sample.workloadId}`;
    for (const one of [`${path}/metrics`, `${path}/pods/${pod.id}/metrics`])
      await eventually(async () => {
        const { measurements } = await metrics(one);
        expect(measurements.map(({ type }: Json) => type)).toEqual(['THROUGHPUT', 'LATENCY']);
        for (const { values } of measurements) expect(Number(values.at(-1)?.value)).toBeGreaterThan(0);
      }, LIMIT_MS);
  });

  it('6: ends it in order, and its share is free again', async () => {
    const { workloadId } = sample;
    expect(await client.remove(workloadId)).toBe(204);
    const [going, again] = [
      await client.call('GET', `${INFERENCES}/${workloadId}`),
      await client.remove(workloadId),
    ];
    expect([going.body.actualPhase, again]).toEqual(['Deleting', 204]);
    await gone(workloadId);
    expect(await client.remove(workloadId)).toBe(404);
    const { body } = await client.call('GET', '/api/v1/workloads?deleted=true&limit=100');
    expect(body.workloads.map(({ id }: Json) => id)).toContain(workloadId);
  });

  it('7: says node by node why a workload waits, and runs it once there is capacity', async () => {
    // Both devices of the only node of the pool: fits only if the sample gave its share back.
    const first = await client.create(workload('takes-all', { gpuDevicesRequest: 2 }, POOL_A));
    await running(first.workloadId);
    const second = await client.create(workload('waits', HALF, POOL_A));
    await eventually(async () => {
      const events = await client.eventsOf(second.workloadId);
      const reported = events.find(({ reason }) => reason === 'Unschedulable');
      expect(reported?.type).toBe('Warning');
      expect(reported?.message).toMatch(/^0\/\d+ nodes/);
      expect(reported?.message).toContain('a100-pool-a-1');
    }, LIMIT_MS);
    // The reason and the phase are two events, read one after the other.
    await eventually(async () => expect(await client.phaseOf(second.workloadId)).toBe('Pending'), LIMIT_MS);
    await client.remove(first.workloadId);
    await running(second.workloadId);
    await eventually(
      async () => expect(await client.phasesOf(second.workloadId)).toEqual(START_PHASES),
      LIMIT_MS,
    );
    await client.remove(second.workloadId);
    await gone(second.workloadId);
  });
}
