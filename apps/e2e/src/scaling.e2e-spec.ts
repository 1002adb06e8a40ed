import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Json } from './client';
import { ownerObjectsInCluster, podsInCluster } from './cluster';
import { Platform } from './platform';

const JSON_TYPE = { 'content-type': 'application/json' };
const CHAT = '{"messages":[{"role":"user","content":"Hello"}]}';

jest.setTimeout(300_000);

const SHARE = gpuPortion(0.1);
/** A quarter of the default; a busy machine reads what there is well within it. */
const WINDOW_MS = 15_000;
/** The stable window twice: once it has served that long, and once it was idle that long. */
const TO_ZERO_MS = 180_000;
const AT_ONCE = 100;

/** Asleep from the beginning. */
const ASLEEP = {
  autoscaling: {
    minReplicas: 0,
    maxReplicas: 3,
    initialReplicas: 0,
    metric: 'concurrency',
    metricThreshold: 1_000,
  },
};

/** The same, and its replica stays until it is deleted. */
const KEPT = { autoscaling: { ...ASLEEP.autoscaling, scaleToZeroRetentionSeconds: 600 } };

const LATEST_FIRST = ['ColdStart', 'ScaleDecided'];
/** Stages of a start for which a request waited, without `pulled`: kubelets drop events under load. */
const STAGES = ['held', 'decided', 'placed', 'bound', 'started', 'ready', 'firstByte'];

describe('a workload without replicas', () => {
  let platform: Platform;
  let client: Client;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded'], { TESSERA_SCALING_WINDOW_MS: String(WINDOW_MS) });
    client = new Client(() => platform.connection);
  });
  afterAll(() => platform.remove());

  const podsOf = async (name: string) =>
    (await podsInCluster(platform.connection)).filter(
      ({ metadata }) => metadata.labels['tessera.io/workload-name'] === name,
    );
  const ownerDataOf = async (name: string) =>
    (await ownerObjectsInCluster(platform.connection)).find(
      ({ metadata }) => metadata.name === `${name}-workload`,
    )?.data;
  const request = async (name: string): Promise<number> => {
    const url = `${platform.connection.gateway}/project-1/${name}/v1/chat/completions`;
    const response = await fetch(url, { method: 'POST', headers: JSON_TYPE, body: CHAT });
    await response.arrayBuffer();
    return response.status;
  };
  const create = async (name: string, spec: object): Promise<string> => {
    const { status, body } = await client.call('POST', INFERENCES, workload(name, SHARE, spec));
    expect(status).toBe(200);
    return body.workloadId;
  };

  it('is woken once by many requests at once, answers all of them, and goes back to zero', async () => {
    const id = await create('sleeper', ASLEEP);
    await eventually(async () =>
      expect(await client.call('GET', `${INFERENCES}/${id}`)).toMatchObject({
        body: { actualPhase: 'Running' },
      }),
    );
    expect(await podsOf('sleeper')).toEqual([]);
    expect(await ownerDataOf('sleeper')).toMatchObject({ wanted: '0', ready: '0', phase: 'Running' });
    const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => request('sleeper')));
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const [first] = await podsOf('sleeper');
    await eventually(async () =>
      expect(await ownerDataOf('sleeper')).toMatchObject({ wanted: '1', ready: '1' }),
    );
    await eventually(async () => expect(await podsOf('sleeper')).toEqual([]), TO_ZERO_MS);
    expect(await request('sleeper')).toBe(200);
    const [second] = await podsOf('sleeper');
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
  });

  it('shows on its timeline what was decided and how long its start took, also when it is gone', async () => {
    const id = await create('explained', KEPT);
    await eventually(async () => expect(await ownerDataOf('explained')).toMatchObject({ wanted: '0' }));
    const began = performance.now();
    expect(await request('explained')).toBe(200);
    const tookMs = performance.now() - began;
    const timeline = async () =>
      (await client.call('GET', `/api/v1/tessera/workloads/${id}/scaling`)).body.entries as Json[];
    await eventually(async () => expect((await timeline()).map(({ type }) => type)).toEqual(LATEST_FIRST));
    const [start, decision] = await timeline();
    expect(decision).toMatchObject({ from: 0, to: 1, inputs: { woken: true, requests: 1, maxReplicas: 3 } });
    const { stages, totalMs } = start ?? {};
    const names = stages.map(({ stage }: Json) => stage);
    expect(names.filter((stage: string) => stage !== 'pulled')).toEqual(STAGES);
    expect(stages.reduce((sum: number, { durationMs }: Json) => sum + durationMs, 0)).toBe(totalMs);
    expect(totalMs).toBeGreaterThan(0);
    expect(totalMs).toBeLessThanOrEqual(Math.ceil(tookMs));
    await client.remove(id);
    await eventually(async () => {
      expect((await client.call('GET', `${INFERENCES}/${id}`)).status).toBe(404);
      expect((await timeline()).map(({ type, to }) => to ?? type)).toEqual([0, 'ColdStart', 1]);
    }, 60_000);
  });

  it('keeps its pods when only its scaling changes', async () => {
    const id = await create('steady', { autoscaling: { minReplicas: 1, maxReplicas: 1 } });
    await eventually(async () => expect(await request('steady')).toBe(200), 60_000);
    const [before] = await podsOf('steady');
    const patch = { spec: { autoscaling: { minReplicas: 2, maxReplicas: 2 } } };
    expect((await client.call('PATCH', `${INFERENCES}/${id}`, patch)).status).toBe(202);
    await eventually(async () => expect(await podsOf('steady')).toHaveLength(2), 30_000);
    const uids = (await podsOf('steady')).map(({ metadata }) => metadata.uid);
    expect(uids).toContain(before.metadata.uid);
  });

  it('ends no request when its image changes under load', async () => {
    const id = await create('busy', { autoscaling: { minReplicas: 1, maxReplicas: 1 } });
    await eventually(async () => expect(await request('busy')).toBe(200), 60_000);
    const [before] = await podsOf('busy');
    const patch = { spec: { image: 'model:2' } };
    expect((await client.call('PATCH', `${INFERENCES}/${id}`, patch)).status).toBe(202);
    const statuses: number[] = [];
    await eventually(async () => {
      statuses.push(...(await Promise.all(Array.from({ length: 5 }, () => request('busy')))));
      const uids = (await podsOf('busy')).map(({ metadata }) => metadata.uid);
      expect(uids).not.toContain(before.metadata.uid);
    }, 60_000);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });
});
