import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '@tessera/platform-config';
import { CLIENTS, pythonOf, smokeTestProgram } from '@tessera/dev-services/toolchains';
import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { Platform } from './platform';

jest.setTimeout(300_000);

const run = promisify(execFile);
const LIMIT_MS = 60_000;
const TYPES =
  'GPU_ALLOCATION,GPU_UTILIZATION,GPU_MEMORY_USAGE_BYTES,CPU_REQUEST_CORES,CPU_USAGE_CORES,CPU_MEMORY_USAGE_BYTES';
const gpus = (devices: number, portion: number) => ({
  ...gpuPortion(portion, devices),
  ...{ cpuCoreRequest: 0.5, cpuMemoryRequest: '100M' },
});
/** The base level, and the newest release. */
const RELEASES = ['1.218.0', '1.224.0'].filter((version) => CLIENTS.some((one) => one.version === version));

type Row = Readonly<Record<string, string>>;

describeWithService('runapy', 'the report of measurements that the field makes', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    const client = new Client(() => platform.connection);
    const environmentVariables = [{ name: 'SIM_GPU_UTIL', value: '60' }];
    const working = await client.create(workload('working', gpus(2, 1), { environmentVariables }));
    const resting = await client.create(workload('resting', gpus(1, 0.5)));
    for (const { workloadId } of [working, resting])
      await eventually(async () => {
        const [start, end] = [Date.now() - 15_000, Date.now()].map((at) => new Date(at).toISOString());
        const path = `/api/v1/workloads/${workloadId}/metrics?metricType=${TYPES}&start=${start}&end=${end}`;
        const { body } = await client.call('GET', path);
        // The window of a rate is full.
        for (const { type, values } of body.measurements)
          expect({ type, samples: values.length }).toEqual({ type, samples: 20 });
      }, LIMIT_MS);
  });
  afterAll(() => platform?.remove());

  it.each(RELEASES)('has all its files filled, by the threaded client of %s', async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-report-'));
    const rows = (file: string): readonly Row[] => rowsOf(readFileSync(join(folder, `${file}.csv`), 'utf8'));
    try {
      const { api, application } = platform.connection;
      const args = [smokeTestProgram('metrics_report'), api, application.id, application.secret, folder];
      const { stdout } = await run(pythonOf(cacheDir(), version) ?? '', args, { timeout: 150_000 });
      expect(JSON.parse(stdout)).toEqual({ workloads: 2, windows: 41 });

      const [working, resting] = ['working', 'resting'].map((name) =>
        rows('utilization_metrics').find((row) => row['Job Name'] === name),
      );
      expect(empty(working)).toEqual([]);
      expect(empty(resting)).toEqual(['GPU Utilization % - Peak', 'GPU Utilization % - Average']);
      expect(working).toMatchObject({
        Project: 'project-1',
        'GPU Allocated': '2.000000',
        'GPU Utilization % - Peak': '60.000000',
        'CPU Requested (Cores)': '0.500000',
      });
      // It did not work before its container ran.
      const average = Number(working?.['GPU Utilization % - Average']);
      expect(average).toBeGreaterThan(30);
      expect(average).toBeLessThanOrEqual(60);

      const [project, ...others] = rows('project_allocations');
      expect(others).toEqual([]);
      expect(empty(project)).toEqual([]);
      expect(project).toMatchObject({
        Department: 'department-2',
        Project: 'project-1',
        'Project Allocated GPUs': '2.500000',
        'Allocated GPU - Peak': '2.000000',
        'Allocated GPU - Avg': '1.250000',
      });

      expect(rows('suspicious_metrics')).toEqual([
        {
          Project: 'project-1',
          'Job Name': 'resting',
          'Issue Type': 'Zero GPU Utilization',
          Value: '0.5 GPUs',
        },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The rows of a table whose cells have neither quotes nor commas. */
function rowsOf(text: string): readonly Row[] {
  const [head = [], ...rows] = text
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(head.map((column, index) => [column, cells[index] ?? ''])));
}

/** Columns without text, or with nothing but zero. */
const empty = (row: Row | undefined): readonly string[] =>
  Object.entries(row ?? { 'no row': '' })
    .filter(([, text]) => text === '' || Number(text) === 0)
    .map(([column]) => column);
