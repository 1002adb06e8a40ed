import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Json } from './client';
import { eventStream } from './event-stream';
import { followTopic } from './topic-follower';
import { Platform } from './platform';
import { keepsToQuota } from './quota';
import { lifeCycle } from './life-cycle';

jest.setTimeout(180_000);

const typeOf = (name: string): string => `io.tessera.inference.${name}.v1`;
const LIFE_OF_THE_SAMPLE = [
  'created',
  'phase-changed',
  'scale-decided',
  'replica-scheduled',
  'gpu-allocated',
  'cold-start',
  'gpu-released',
  'deleted',
].map(typeOf);
const EVERY_TYPE = [
  ...LIFE_OF_THE_SAMPLE,
  ...['updated', 'replica-unschedulable', 'quota-exceeded'].map(typeOf),
];

let platform: Platform;
const withPlatform = (...args: readonly string[]): void => {
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(args);
  });
  afterAll(() => platform.remove());
};

describe('the seven steps on embedded parts', () => {
  withPlatform('--kafka', 'embedded');
  lifeCycle(() => platform);
  eventStream(() => platform.connection);

  it('answers where a workload would go, and why not, and changes nothing', async () => {
    const client = new Client(() => platform.connection);
    const ask = async (portion: number, copies: number) => {
      const compute = gpuPortion(portion);
      const body = workload('what-if', compute, { nodePools: ['my-node-pool-a'] });
      return client.call('POST', `/api/v1/tessera/placement:simulate?copies=${copies}`, body);
    };
    const three = await ask(0.6, 3);
    expect(three.status).toBe(200);
    expect(three.body).toMatchObject({
      fits: false,
      replicas: [
        { outcome: 'placed', copy: 1, node: 'a100-pool-a-1', devices: [{ gpu: 0.6 }] },
        { outcome: 'placed', copy: 2, node: 'a100-pool-a-1' },
        { outcome: 'unschedulable', copy: 3, message: expect.stringMatching(/^0\/\d+ nodes/) },
      ],
    });
    expect((await ask(0.6, 3)).body).toEqual(three.body);
    expect((await ask(0.6, 1)).body.fits).toBe(true);
    expect((await ask(1.5, 1)).status).toBe(400);
    const { body } = await client.call('GET', '/api/v1/workloads');
    expect(body.workloads).toEqual([]);
  });

  it('shows the nodes with what is held of their GPUs, and the log of a pod as it is written', async () => {
    const client = new Client(() => platform.connection);
    const quarter = gpuPortion(0.25);
    const { workloadId: id, clusterId } = await client.create(workload('logged', quarter));
    await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), 30_000);
    const [pod] = await client.podsOf(id);
    const { status, body } = await client.call('GET', `/api/v1/clusters/${clusterId}/nodes`);
    expect(status).toBe(200);
    const node = body.nodes.find(({ name }: { name: string }) => name === pod.nodeName);
    expect(node).toMatchObject({ status: 'Ready', replicas: 1, gpuInfo: { gpuCount: node.gpus.length } });
    expect(node.gpus.map(({ allocatedGpu }: { allocatedGpu: number }) => allocatedGpu)).toContain(0.25);

    const logs = `/api/v1/workloads/${id}/pods/${pod.id}/logs`;
    const lines = (await client.text(`${logs}?tailLines=2`)).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(2);
    const follow = await client.follow(`${logs}?follow=true`);
    await fetch(`${platform.connection.gateway}/project-1/logged/v1/models`);
    await follow.until('/v1/models');
    follow.stop();
    expect((await client.call('GET', `${logs}?container=none`)).status).toBe(400);
    expect((await client.call('GET', logs.replace(pod.id, clusterId))).status).toBe(404);
    await client.remove(id);
  });

  it('answers every request while an update replaces the replica', async () => {
    const client = new Client(() => platform.connection);
    const quarter = gpuPortion(0.25);
    const { workloadId: id } = await client.create(workload('updated', quarter));
    await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), 30_000);
    const [before] = await client.podsOf(id);

    const statuses = new Map<number, number>();
    let over = false;
    const asking = (async () => {
      while (!over) {
        const { status } = await fetch(`${platform.connection.gateway}/project-1/updated/v1/models`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    })();
    const patched = await client.call('PATCH', `${INFERENCES}/${id}`, { spec: { image: 'model:2' } });
    expect(patched.status).toBe(202);
    await eventually(async () => {
      const pods = await client.podsOf(id);
      expect(pods.flatMap(({ containers }) => containers.map(({ image }: Json) => image))).toEqual([
        'model:2',
      ]);
      expect(pods[0].id).not.toBe(before.id);
      expect(await client.phaseOf(id)).toBe('Running');
    }, 30_000);
    over = true;
    await asking;
    expect([...statuses.keys()]).toEqual([200]);
    expect(await client.phasesOf(id)).not.toContain('Degraded');
    await client.remove(id);
  });

  keepsToQuota(() => platform.connection);

  it('ran on no real service', () => {
    expect(platform.connection.services).toMatchObject({
      postgres: 'embedded',
      kafka: 'embedded',
      kubernetes: 'embedded',
      prometheus: 'embedded',
    });
  });
});

describeWithService('kafka', 'the seven steps with a real broker', () => {
  withPlatform('--kafka', 'real');
  lifeCycle(() => platform);
  keepsToQuota(() => platform.connection);

  const follow = (name: string) =>
    followTopic(platform.connection.kafkaBrokers ?? '', `tessera.inference.${name}.v1`);

  it('reports events of every type, and how long a cold start took', async () => {
    const client = new Client(() => platform.connection);
    const quarter = gpuPortion(0.25);
    const { workloadId: id } = await client.create(workload('grows', quarter));
    const two = { autoscaling: { minReplicas: 2, maxReplicas: 2 } };
    expect((await client.call('PATCH', `${INFERENCES}/${id}`, { spec: two })).status).toBe(202);
    const { events, stop } = await follow('events');
    const dataOf = (name: string): readonly Json[] =>
      events
        .filter(({ key, headers }) => key === id && headers['ce_type'] === typeOf(name))
        .map(({ value }) => JSON.parse(value ?? '') as Json);
    try {
      await eventually(() => {
        const types = new Set(events.map(({ headers }) => headers['ce_type']));
        expect([...types].sort()).toEqual([...EVERY_TYPE].sort());
        expect(dataOf('scale-decided').at(-1)).toMatchObject({
          to: 2,
          inputs: { minReplicas: 2, maxReplicas: 2 },
        });
        expect(dataOf('cold-start')).toHaveLength(2);
      }, 30_000);
      const [{ totalMs, stages }] = dataOf('cold-start') as [Json];
      // Kubelets drop and delay the event that the image is there.
      const names = stages.map(({ stage }: Json) => stage).filter((stage: string) => stage !== 'pulled');
      expect(names).toEqual(['decided', 'placed', 'bound', 'started', 'ready']);
      expect(stages.reduce((sum: number, { durationMs }: Json) => sum + durationMs, 0)).toBe(totalMs);
      // The API reads the events as this consumer does, and may be behind it.
      await eventually(async () => {
        const reasons = (await client.eventsOf(id)).map(({ reason }) => reason);
        expect(reasons).toEqual(expect.arrayContaining(['Scaled', 'ColdStart']));
      }, 30_000);
    } finally {
      await stop();
      await client.remove(id);
    }
  });

  it('ends the compacted topic of a workload with a tombstone', async () => {
    const { events, stop } = await follow('workloads');
    try {
      await eventually(() => {
        const last = events.findLast(({ headers }) => headers['ce_workloadname'] === 'waits');
        expect(last).toMatchObject({ value: undefined, headers: { ce_type: typeOf('state') } });
      }, 30_000);
    } finally {
      await stop();
    }
  });

  it('lets a plain consumer read the events', async () => {
    expect(platform.connection.services['kafka']).toBe('real');
    const { events, stop } = await follow('events');
    const typesOf = (prefix: string): readonly string[] =>
      events
        .filter(({ headers }) => headers['ce_workloadname']?.startsWith(prefix))
        .map(({ headers }) => headers['ce_type'] ?? '');
    try {
      await eventually(() => {
        expect(typesOf('my-workload-name-')).toEqual(expect.arrayContaining(LIFE_OF_THE_SAMPLE));
        expect(typesOf('waits')).toContain(typeOf('replica-unschedulable'));
      }, 30_000);
      const reported = typesOf('my-workload-name-').filter((type) => LIFE_OF_THE_SAMPLE.includes(type));
      const inOrder = ['gpu-allocated', 'gpu-released', 'deleted'].map((name) =>
        reported.indexOf(typeOf(name)),
      );
      expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
      for (const { key, headers, value } of events) {
        expect(headers).toMatchObject({
          ce_specversion: '1.0',
          ce_projectid: expect.stringMatching(/^\d+$/),
          ce_clusterid: expect.stringMatching(/\S/),
          ce_workloadname: expect.stringMatching(/\S/),
          ce_subject: key,
          ce_id: expect.stringMatching(/\S/),
          ce_source: expect.stringMatching(/\S/),
          'content-type': 'application/json',
        });
        expect(JSON.parse(value ?? '')).toMatchObject({ workloadId: key });
      }
    } finally {
      await stop();
    }
  });
});

describeWithService('kubernetes', 'the seven steps with a real API server', () => {
  withPlatform('--kafka', 'embedded', '--kubernetes', 'real');
  lifeCycle(() => platform);

  it('ran on a real API server', () => expect(platform.connection.services['kubernetes']).toBe('real'));
});

describeWithService('prometheus', 'the seven steps with a real Prometheus', () => {
  withPlatform('--kafka', 'embedded', '--prometheus', 'real');
  lifeCycle(() => platform);

  it('ran on a real Prometheus', () => expect(platform.connection.services['prometheus']).toBe('real'));
});
