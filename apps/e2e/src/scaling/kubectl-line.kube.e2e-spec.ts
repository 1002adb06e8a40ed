import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { service } from '@tessera/dev-services';
import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload } from '../client';
import { Platform } from '../platform';

jest.setTimeout(240_000);

const GUIDE = join(__dirname, '../../../../docs/guides/scaling.md');
const SHARE = gpuPortion(0.1);

/** The line of the guide, as it stands there. */
const [, LINE = ''] = /```sh\n(kubectl get configmap [^\n]+)\n```/.exec(readFileSync(GUIDE, 'utf8')) ?? [];

/** What the line prints, a row of words for each workload below the header. */
async function printed(kubeconfig: string): Promise<readonly (readonly string[])[]> {
  const PATH = `${dirname(service('kubectl').reason)}:${process.env['PATH']}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', LINE], {
    env: { ...process.env, PATH, KUBECONFIG: kubeconfig },
  });
  return stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/ +/));
}

function theLineWorks(...args: readonly string[]): void {
  let platform: Platform;
  let client: Client;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', ...args]);
    client = new Client(() => platform.connection);
  });
  afterAll(() => platform.remove());

  it('prints wanted and ready of every workload: one that runs, one that sleeps, one without room', async () => {
    const create = async (name: string, compute: object, autoscaling: object): Promise<string> =>
      (await client.create(workload(name, compute, { autoscaling }))).workloadId;
    const id = await create('two', SHARE, { minReplicas: 2, maxReplicas: 2 });
    await create('asleep', SHARE, { ...ZERO_TO_ONE, initialReplicas: 0 });
    await create('too-large', { ...SHARE, gpuDevicesRequest: 64, gpuPortionRequest: 1 }, {});
    await eventually(async () => {
      const [header, ...rows] = await printed(platform.connection.kubeconfig);
      expect(header).toEqual(['WORKLOAD', 'WANTED', 'READY', 'PHASE', 'REASON']);
      const numbers = Object.fromEntries(rows.map(([name = '', ...rest]) => [name, rest]));
      expect(numbers).toMatchObject({
        two: ['2', '2', 'Running', 'Ready'],
        asleep: ['0', '0', 'Running', expect.any(String)],
        'too-large': ['1', '0', 'Pending', 'Unschedulable'],
      });
    }, 90_000);
    const patch = { spec: { autoscaling: { minReplicas: 1, maxReplicas: 1 } } };
    expect((await client.call('PATCH', `${INFERENCES}/${id}`, patch)).status).toBe(202);
    await eventually(async () => {
      const rows = await printed(platform.connection.kubeconfig);
      expect(rows.find(([name]) => name === 'two')).toEqual(['two', '1', '1', 'Running', 'Ready']);
    }, 90_000);
  });
}

const ZERO_TO_ONE = { minReplicas: 0, maxReplicas: 1 };

describeWithService('kubectl', 'the line of the guide on the simulated API server', () => theLineWorks());

describeWithService('kubernetes', 'the line of the guide on a real API server', () => {
  describeWithService('kubectl', 'with kubectl', () => theLineWorks('--kubernetes', 'real'));
});
