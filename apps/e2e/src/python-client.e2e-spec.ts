import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cacheDir } from '@tessera/platform-config';
import { describeWithService } from '@tessera/testing-services';
import { CLIENTS, pythonOf, smokeTestProgram, type ClientRelease } from '@tessera/dev-services/toolchains';
import { gpuPortion } from '@tessera/testing-builders';
import type { Json } from './client';
import { Platform } from './platform';

jest.setTimeout(180_000);

const run = promisify(execFile);
/** Per release: types of measurements that came after the base level, and operations whose model the release mixed up. */
const LACKS: Readonly<Record<string, { readonly unserved: readonly string[]; readonly mixedUp: unknown }>> = {
  '1.218.0': { unserved: [], mixedUp: [] },
  '1.219.0': { unserved: [], mixedUp: ['create_department', 'get_department', 'update_department'] },
  '1.224.0': {
    unserved: [],
    mixedUp: [
      'create_department',
      'get_department',
      'update_department',
      'create_project',
      'get_projects',
      'get_project',
      'update_project',
    ],
  },
};
const NAME_CONFLICT = /already exists in this project/;

describeWithService('runapy', 'the official Python client, unchanged', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
  });
  afterAll(() => platform?.remove());

  /** What the client received, as its program reports it. */
  async function smokeTest(
    { version, program: usual }: ClientRelease,
    program: Parameters<typeof smokeTestProgram>[0] = usual,
  ): Promise<Json> {
    const { api, application } = platform.connection;
    const name = `${program.slice(0, 5)}-${version.replaceAll('.', '-')}`;
    const args = [smokeTestProgram(program), api, application.id, application.secret, name];
    const { stdout } = await run(pythonOf(cacheDir(), version) ?? '', args, { timeout: 150_000 });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  }
  const releases = (program: ClientRelease['program']) =>
    CLIENTS.filter((one) => one.program === program).map((one) => [one.version, one] as const);

  it.each(releases('generated'))(
    '%s creates, reads, lists, measures and deletes an inference',
    async (_version, release) => {
      expect(await smokeTest(release)).toEqual({
        created: { status: 200, phase: 'Creating' },
        twice: {
          status: 409,
          error: 'ConflictException',
          body: { code: 409, message: expect.stringMatching(NAME_CONFLICT) },
        },
        unknownProject: {
          status: 400,
          error: 'BadRequestException',
          body: expect.objectContaining({ code: 400, details: 'projectId: there is no project 987654' }),
        },
        echoed: true,
        spec: {
          image: 'model:1',
          imagePullPolicy: 'IfNotPresent',
          environmentVariables: [{ name: 'MODE', value: 'test' }],
          compute: {
            gpuDevicesRequest: 1,
            gpuRequestType: 'portion',
            gpuPortionRequest: 0.5,
            cpuCoreRequest: 0.5,
            cpuMemoryRequest: '100M',
          },
          servingPort: { container: 8000, protocol: 'http' },
          autoscaling: { minReplicas: 1, maxReplicas: 2, metric: 'concurrency', metricThreshold: 5 },
        },
        listed: [true],
        count: 1,
        telemetry: 'WORKLOADS_COUNT',
        metrics: { status: 200, types: ['THROUGHPUT', 'LATENCY'] },
        workloadMetrics: ['GPU_ALLOCATION', 'CPU_REQUEST_CORES', 'POD_COUNT', 'RUNNING_POD_COUNT'],
        pods: ['Running'],
        podMetrics: ['THROUGHPUT', 'LATENCY'],
        events: expect.arrayContaining(['GpuAllocated', 'Scheduled']),
        history: true,
        projects: ['project-1'],
        departments: ['department-2'],
        clusters: ['71f69d83-ba66-4822-adf5-55ce55efd210'],
        nodePools: ['my-node-pool-a', 'my-node-pool-b', 'default'],
        nodes: expect.any(Number),
        deleted: 204,
        gone: true,
        listedAsDeleted: 1,
      });
    },
  );

  it.each(releases('generated'))(
    '%s calls every operation that both have, and its strict models take what they say',
    async (version, release) => {
      const { seen, ...reported } = await smokeTest(release, 'every_operation');
      expect(reported).toEqual({ missed: [], refused: {}, ...LACKS[version] });
      expect(Object.keys(seen).length).toBeGreaterThanOrEqual(52);
    },
  );

  it.each(releases('handwritten'))(
    '%s, which sends no Content-Type and every field of autoscaling, does the same',
    async (_version, release) => {
      expect(await smokeTest(release)).toEqual({
        created: 'Creating',
        twice: expect.stringMatching(NAME_CONFLICT),
        spec: {
          image: 'model:1',
          imagePullPolicy: 'Always',
          compute: gpuPortion(0.5),
          servingPort: { container: 8000, protocol: 'http' },
          autoscaling: {
            minReplicas: 1,
            maxReplicas: 1,
            scaleToZeroRetentionSeconds: 0,
            metric: 'throughput',
            metricThreshold: 1,
          },
        },
        metrics: ['THROUGHPUT'],
        workloadMetrics: ['GPU_ALLOCATION', 'POD_COUNT'],
        listed: [true],
        projects: ['project-1'],
        gone: true,
      });
    },
  );
});
