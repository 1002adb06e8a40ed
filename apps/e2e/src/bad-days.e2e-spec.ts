import { existsSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload } from './client';
import { podsInCluster } from './cluster';
import { Platform } from './platform';

jest.setTimeout(180_000);

const LIMIT_MS = 40_000;
const UNKNOWN_CLUSTER = '00000000-0000-4000-8000-000000000000';
const HALF = gpuPortion(0.5);

describe('a local platform on bad days', () => {
  let platform: Platform;
  let client: Client;
  let scrapes = 0;
  const exporter = createHttpServer((_request, response) => {
    scrapes += 1;
    response.end('mine 1\n');
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
    const { port } = exporter.address() as AddressInfo;
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded'], {
      TESSERA_SCRAPE_TARGETS: `http://127.0.0.1:${port}/metrics`,
    });
    client = new Client(() => platform.connection);
  });
  afterAll(async () => {
    await platform.remove();
    exporter.close();
  });

  it('scrapes exporters that the environment names, beside its own', () =>
    eventually(() => expect(scrapes).toBeGreaterThan(1), LIMIT_MS));

  const running = (id: string) =>
    eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), LIMIT_MS);

  it.each([
    ['malformed JSON', '{', /not JSON/],
    ['a body that is not an object', '[]', /must be a JSON object/],
    [
      'an unknown cluster',
      { ...workload('x', HALF), clusterId: UNKNOWN_CLUSTER },
      `clusterId: there is no cluster ${UNKNOWN_CLUSTER}`,
    ],
    [
      'an unknown project',
      { ...workload('x', HALF), projectId: '999' },
      'projectId: there is no project 999',
    ],
  ])('answers %s with a clear error and writes nothing', async (_what, body, details) => {
    const count = async (): Promise<number> =>
      (await client.call('GET', '/api/v1/workloads')).body.workloads.length;
    const before = await count();
    const { status, body: error } = await client.call('POST', INFERENCES, body);
    expect(status).toBe(400);
    expect(error).toEqual({
      code: 400,
      message: expect.stringMatching(/\S/),
      details: expect.stringMatching(details),
    });
    expect(await count()).toBe(before);
  });

  it('loses and doubles nothing when the scheduler is killed right after a request', async () => {
    const ids: string[] = [];
    const names: string[] = [];
    for (const name of ['first', 'second', 'third']) {
      ids.push((await client.create(workload(name, HALF))).workloadId);
      process.kill(platform.pidOf('scheduler'), 'SIGKILL');
      await eventually(() => expect(platform.restartsOf('scheduler')).toBe(ids.length), LIMIT_MS);
    }
    for (const id of ids) {
      await running(id);
      const pods = await client.podsOf(id);
      expect(pods).toHaveLength(1);
      names.push(pods[0].name);
    }
    const inCluster = (await podsInCluster(platform.connection)).map(({ metadata }) => metadata.name);
    expect([...inCluster].sort()).toEqual([...names].sort());
    expect(platform.printed).toContain('scheduler exited (SIGKILL)');
  });

  it('finds its data again after a stop and runs what ran before', async () => {
    const { application } = platform.connection;
    const { body: before } = await client.call('GET', '/api/v1/workloads');
    expect(await platform.stop()).toBe(0);
    expect(existsSync(platform.connectionFile)).toBe(false);
    expect(platform.printed.indexOf('stopping scheduler')).toBeLessThan(
      platform.printed.indexOf('stopping Postgres'),
    );
    await platform.start(['--kafka', 'embedded']);
    expect(platform.connection.application).toEqual(application);
    const ids: readonly string[] = before.workloads.map(({ id }: { id: string }) => id);
    for (const id of ids) await running(id);
    expect(ids).toHaveLength(3);
  });

  it('starts from empty data when that is asked for', async () => {
    await platform.stop();
    await platform.start(['--kafka', 'embedded', '--reset']);
    const fresh = new Client(() => platform.connection);
    expect((await fresh.call('GET', '/api/v1/workloads')).body.workloads).toEqual([]);
  });
});

describe('a start that cannot succeed', () => {
  let platform: Platform;
  beforeEach(async () => {
    platform = await Platform.create();
  });
  afterEach(() => platform.remove());

  it('names the taken port and the setting that moves it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(platform.portBase + 1, '127.0.0.1', resolve));
    const start = platform.start(['--kafka', 'embedded']);
    await expect(start).rejects.toThrow(
      new RegExp(`port ${platform.portBase + 1} \\(gateway\\).*in use[^]*TESSERA_PORT_BASE`),
    );
    other.close();
  });

  it('names the settings that it would not heed, all at once', async () => {
    const ports = { TESSERA_API_PORT: '9000', TESSERA_GATEWAY_PORT: '9001' };
    await expect(platform.start([], ports)).rejects.toThrow(
      /TESSERA_API_PORT has no effect[^]*TESSERA_GATEWAY_PORT has no effect[^]*TESSERA_PORT_BASE moves all ports/,
    );
  });

  it('names a setting that nobody knows', async () => {
    await expect(platform.start([], { TESSERA_PROT_BASE: '1' })).rejects.toThrow(
      /TESSERA_PROT_BASE is not a setting of Tessera/,
    );
  });
});
