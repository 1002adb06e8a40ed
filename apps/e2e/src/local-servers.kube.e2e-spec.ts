import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { Platform } from './platform';

jest.setTimeout(180_000);

const LIMIT_MS = 80_000;
/** A start on a busy machine, with its build, ms. */
const START_MS = 120_000;
const HALF = gpuPortion(0.5);
const NOTHING_LEFT = { exitCode: 130, left: [], error: 'stopped before it was ready' };

/** What is left of a start that is interrupted as soon as this file is there: pid files and processes. */
async function interruptedAt(file: string, args: readonly string[]): Promise<object> {
  const platform = await Platform.create();
  const { home } = platform;
  try {
    const start = platform.start(args).catch((error: unknown) => String(error));
    await eventually(() => expect(existsSync(join(home, file))).toBe(true), START_MS);
    const exitCode = await platform.stop();
    const left = [...pidFilesIn(home), ...processesOf(home)];
    return { exitCode, left, error: /stopped before it was ready/.exec(String(await start))?.[0] };
  } finally {
    await platform.remove();
  }
}

/** Every server has one while it runs. */
const pidFilesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pid'));

/** Command lines of processes that name the folder. */
const processesOf = (folder: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf)
    .filter((line) => line.includes(folder));

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has exited meanwhile.
    return '';
  }
}

describe('a start that is interrupted leaves no process behind and does not exit with 0', () => {
  it.each([
    ['Postgres creates its files', 'postgres.draft/base'],
    ['Postgres starts', 'run/postgres.pid'],
    ['the simulator starts', 'run/simulator.pid'],
    ['the API starts', 'run/api.pid'],
    ['the gateway starts', 'run/gateway.pid'],
  ])('while %s', async (_what, file) => {
    expect(await interruptedAt(file, ['--kafka', 'embedded'])).toEqual(NOTHING_LEFT);
  });
});

describeWithService('kafka', 'a start that is interrupted while a broker starts', () => {
  it.each([
    ['formats its storage', 'kafka/server.properties'],
    ['starts', 'kafka/broker.pid'],
  ])('leaves no broker behind and does not exit with 0: it %s', async (_what, file) => {
    expect(await interruptedAt(file, ['--kafka', 'real'])).toEqual(NOTHING_LEFT);
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

  it(
    'has ready nodes and serves what it served after it was stopped and started again',
    async () => {
      await platform.stop();
      await platform.start(['--kafka', 'embedded', '--kubernetes', 'real']);
      await answers();
      await eventually(async () => expect(await client.phaseOf(served.workloadId)).toBe('Running'), LIMIT_MS);
      const { workloadId } = await client.create(workload('after-restart', HALF));
      await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), LIMIT_MS);
    },
    2 * START_MS + 2 * LIMIT_MS,
  );
});
