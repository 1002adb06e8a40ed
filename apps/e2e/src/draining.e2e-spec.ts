import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Json } from './client';
import { podsInCluster } from './cluster';
import { Platform } from './platform';

jest.setTimeout(180_000);

const LIMIT_MS = 60_000;
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
/** Longer than the reports of the gateway and the sleep of the hook take. */
const SLOW_MS = 6_000;

describe('a workload that is deleted while it serves', () => {
  let platform: Platform;
  let client: Client;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded'], { TESSERA_PRE_STOP_SECONDS: '3' });
    client = new Client(() => platform.connection);
  });
  afterAll(() => platform.remove());

  const podOf = async (id: string): Promise<Json> =>
    (await podsInCluster(platform.connection)).find(
      ({ metadata }) => metadata.labels['tessera.io/workload-id'] === id,
    );
  const statusOf = async (url: string): Promise<number> => {
    const response = await fetch(`${url}/v1/models`);
    await response.arrayBuffer();
    return response.status;
  };
  const running = async (name: string, environment: readonly object[]): Promise<string> => {
    const spec = { environmentVariables: environment };
    const { workloadId: id } = await client.create(workload(name, CPU, spec));
    const { gateway } = platform.connection;
    await eventually(async () => expect(await statusOf(`${gateway}/project-1/${name}`)).toBe(200), LIMIT_MS);
    return id;
  };
  const gone = (id: string) => eventually(async () => expect(await podOf(id)).toBeUndefined(), LIMIT_MS);

  it('is out of rotation first and ends the requests of the gateway', async () => {
    const id = await running('slow', [{ name: 'SIM_LATENCY_MS', value: String(SLOW_MS) }]);
    const open = statusOf(`${platform.connection.gateway}/project-1/slow`);
    // The gateway reports once a second; the request is in its report.
    await eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/${id}`);
      expect(body.phase).toBe('Running');
    });
    expect((await client.call('DELETE', `${INFERENCES}/${id}`)).status).toBe(204);
    await eventually(async () => {
      const { metadata } = await podOf(id);
      expect(metadata.annotations[ANNOTATIONS.draining]).toMatch(/^\d{4}-/);
      expect(metadata.deletionTimestamp).toBeUndefined();
    });
    expect(await open).toBe(200);
    await gone(id);
  });

  it('answers requests that do not come through the gateway while others learn that it leaves', async () => {
    const id = await running('direct', []);
    const { metadata, status } = await podOf(id);
    const address = `http://${metadata.annotations[ANNOTATIONS.servingAddress] ?? `${status.podIP}:8000`}`;
    expect(await statusOf(address)).toBe(200);
    expect((await client.call('DELETE', `${INFERENCES}/${id}`)).status).toBe(204);
    await eventually(
      async () => expect((await podOf(id)).metadata.deletionTimestamp).toBeDefined(),
      LIMIT_MS,
    );
    expect(await statusOf(address)).toBe(200);
    await gone(id);
  });
});
