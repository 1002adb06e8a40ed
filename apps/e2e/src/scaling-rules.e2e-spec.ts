import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload } from './client';
import { podsInCluster } from './cluster';
import { Platform } from './platform';

const JSON_TYPE = { 'content-type': 'application/json' };
const CHAT = '{"messages":[{"role":"user","content":"Hello"}]}';

jest.setTimeout(240_000);

const LIMIT_MS = 90_000;
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
const ALWAYS = { start: '* * * * *', durationSeconds: 120, timeZone: 'Europe/Berlin' };
/** Long enough for several scrapes, readings and decisions. */
const REQUEST_MS = 40_000;

describe('the rules of scaling on a running platform', () => {
  let platform: Platform;
  let client: Client;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', '--prometheus', 'embedded']);
    client = new Client(() => platform.connection);
  });
  afterAll(() => platform.remove());

  const podsOf = async (name: string) =>
    (await podsInCluster(platform.connection)).filter(
      ({ metadata }) => metadata.labels['tessera.io/workload-name'] === name,
    );
  const uidsOf = async (name: string): Promise<readonly string[]> =>
    (await podsOf(name)).map(({ metadata }) => metadata.uid);
  const reasonsOf = async (id: string): Promise<readonly string[]> =>
    (await client.eventsOf(id)).map(({ reason, message }) => `${reason} ${message}`);

  it('a schedule sets the number, a PATCH of it keeps the pods, and the event names it', async () => {
    const schedule = { ...ALWAYS, name: 'always', minReplicas: 2 };
    const { workloadId: id, spec } = await client.create(
      workload('scheduled', CPU, {
        autoscaling: { minReplicas: 1, maxReplicas: 1, tessera: { schedules: [schedule] } },
      }),
    );
    expect(spec.autoscaling.tessera.schedules).toEqual([schedule]);
    await eventually(async () => expect(await podsOf('scheduled')).toHaveLength(2), LIMIT_MS);
    const before = await uidsOf('scheduled');
    const patch = { autoscaling: { tessera: { schedules: [{ ...schedule, minReplicas: 3 }] } } };
    expect((await client.call('PATCH', `${INFERENCES}/${id}`, { spec: patch })).status).toBe(202);
    await eventually(async () => expect(await podsOf('scheduled')).toHaveLength(3), LIMIT_MS);
    expect(await uidsOf('scheduled')).toEqual(expect.arrayContaining([...before]));
    await eventually(async () =>
      expect(await reasonsOf(id)).toContain(
        'Scaled replicas 2 → 3: minReplicas of the schedule "always" limits it to 3',
      ),
    );
  });

  it('a metric of the model servers sets the number', async () => {
    const { workloadId: id } = await client.create(
      workload('by-name', CPU, {
        autoscaling: {
          minReplicas: 1,
          maxReplicas: 3,
          metric: 'vllm:num_requests_running',
          metricThreshold: 2,
          scaleDownDelaySeconds: 0,
        },
        environmentVariables: [{ name: 'SIM_LATENCY_MS', value: String(REQUEST_MS) }],
      }),
    );
    await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), LIMIT_MS);
    const url = `${platform.connection.gateway}/project-1/by-name/v1/chat/completions`;
    const requests = Array.from({ length: 6 }, () =>
      fetch(url, { method: 'POST', headers: JSON_TYPE, body: CHAT }),
    );
    await eventually(async () => expect(await podsOf('by-name')).toHaveLength(3), LIMIT_MS);
    await eventually(async () =>
      expect(await reasonsOf(id)).toContain(
        'Scaled replicas 1 → 3: the metric vllm:num_requests_running calls for 3 replicas',
      ),
    );
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 6 }, () => 200));
    await eventually(async () => expect(await podsOf('by-name')).toHaveLength(1), LIMIT_MS);
  });
});
