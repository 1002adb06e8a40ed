import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { Platform } from './platform';

jest.setTimeout(180_000);

const LIMIT_MS = 80_000;
/** A start on a busy machine, with its build, ms. */
const START_MS = 120_000;
const HALF = { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.5 };
const NOTHING_LEFT = { exitCode: 130, left: [false, false], error: 'stopped before it was ready' };

/** What is left of a start that is interrupted as soon as this pid file is there. */
async function interruptedAt(file: string, args: readonly string[]): Promise<object> {
  const platform = await Platform.create();
  const pidFile = join(platform.home, file);
  try {
    const start = platform.start(args).catch((error: unknown) => String(error));
    const pid = await eventually(
      () => (JSON.parse(readFileSync(pidFile, 'utf8')) as { readonly pid: number }).pid,
      START_MS,
    );
    const exitCode = await platform.stop();
    const left = [existsSync(pidFile), existsSync(`/proc/${pid}`)];
    return { exitCode, left, error: /stopped before it was ready/.exec(String(await start))?.[0] };
  } finally {
    await platform.remove();
  }
}

describe('a start that is interrupted leaves no process behind and does not exit with 0', () => {
  it.each(['postgres', 'simulator', 'api', 'gateway'])('while %s starts', async (name) => {
    const args = ['--kafka', 'embedded'];
    expect(await interruptedAt(join('run', `${name}.pid`), args)).toEqual(NOTHING_LEFT);
  });
});

describeWithService('kafka', 'a start that is interrupted while a broker starts', () => {
  it('leaves no broker behind and does not exit with 0', async () => {
    expect(await interruptedAt(join('kafka', 'broker.pid'), ['--kafka', 'real'])).toEqual(NOTHING_LEFT);
  });
});

describeWithService('kubernetes', 'a start that is interrupted while an API server starts', () => {
  it.each(['etcd', 'kube-apiserver'])('leaves no %s behind and does not exit with 0', async (name) => {
    const args = ['--kafka', 'embedded', '--kubernetes', 'real'];
    expect(await interruptedAt(join('kubernetes', `${name}.pid`), args)).toEqual(NOTHING_LEFT);
  });
});

describeWithService('kubernetes', 'a local platform on a real API server', () => {
  let platform: Platform;
  let client: Client;
  let served: { readonly workloadId: string; readonly url: string };
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', '--kubernetes', 'real']);
    client = new Client(() => platform.connection);
    const { workloadId } = await client.create(workload('served', HALF));
    served = { workloadId, url: `${platform.connection.gateway}/project-1/served/v1/models` };
    await answers();
  });
  afterAll(() => platform.remove());

  const answers = () => eventually(async () => expect((await fetch(served.url)).status).toBe(200), LIMIT_MS);

  it.each(['etcd', 'kube-apiserver', 'kube-controller-manager'])(
    'goes on after %s was killed, with what ran and with what is new',
    async (name) => {
      const pidFile = join(platform.home, 'kubernetes', `${name}.pid`);
      const before = platform.restartsOf('Kubernetes');
      process.kill((JSON.parse(readFileSync(pidFile, 'utf8')) as { pid: number }).pid, 'SIGKILL');
      await eventually(() => expect(platform.restartsOf('Kubernetes')).toBe(before + 1), LIMIT_MS);
      await answers();
      const { workloadId } = await client.create(workload(`after-${name}`, HALF));
      await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), LIMIT_MS);
    },
  );

  it('serves again after the simulated kubelets were killed', async () => {
    process.kill(platform.pidOf('simulator'), 'SIGKILL');
    await eventually(() => expect(platform.restartsOf('simulator')).toBe(1), LIMIT_MS);
    await answers();
    expect(await client.phaseOf(served.workloadId)).toBe('Running');
  });
});
