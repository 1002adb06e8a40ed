import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { eventually } from '@tessera/testing-services';
import { freePorts } from '@tessera/dev-services';
import type { Json } from './client';
import { FaultTest } from './faults/fault-test';

jest.setTimeout(240_000);

const LEASE_LIMIT_MS = 40_000;
const SECOND = 'second';
const AFTER_KILL_MS = 15_000;
const AFTER_STOP_MS = 2_000;

describe('two schedulers of one cluster', () => {
  let faultTest: FaultTest;
  let second: ChildProcess | undefined;
  const ids: string[] = [];
  beforeAll(async () => {
    faultTest = await FaultTest.start();
  });
  afterAll(async () => {
    if (second?.exitCode === null && second.signalCode === null) second.kill('SIGKILL');
    await faultTest.remove();
  });

  const holder = async (): Promise<string> => {
    const leases = await faultTest.items('/apis/coordination.k8s.io/v1/leases');
    const lease = leases.find(({ metadata }) => metadata.name.startsWith('tessera-scheduler-'));
    return lease?.spec.holderIdentity ?? '';
  };
  const first = (): number => faultTest.platform.pidOf('scheduler');
  /** The same settings under another identity, on another port. */
  async function startSecond(): Promise<void> {
    const [port = 0, adminPort = 0] = await freePorts(2);
    const entries = readFileSync(`/proc/${first()}/environ`, 'utf8')
      .split('\0')
      .filter((entry) => entry !== '');
    const env = Object.fromEntries(
      entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );
    second = spawn(process.execPath, ['dist/apps/scheduler/main.js'], {
      env: {
        ...env,
        TESSERA_SCHEDULER_PORT: String(port),
        TESSERA_SCHEDULER_ADMIN_PORT: String(adminPort),
        TESSERA_SCHEDULER_IDENTITY: SECOND,
      },
      stdio: 'ignore',
    });
    await eventually(
      async () => expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200),
      LEASE_LIMIT_MS,
    );
  }
  /** The first one is held up until its lease is somebody else's; then it ends by itself and stands by again. */
  async function leadSecond(): Promise<void> {
    const pid = first();
    process.kill(pid, 'SIGSTOP');
    await eventually(async () => expect(await holder()).toBe(SECOND), LEASE_LIMIT_MS);
    process.kill(pid, 'SIGCONT');
    await eventually(() => expect(first()).not.toBe(pid), LEASE_LIMIT_MS);
    // A restart is no part of a change of leader: the next leader is a running standby.
    const { schedulerAdmin } = faultTest.platform.connection;
    await eventually(
      async () => expect((await fetch(`${schedulerAdmin}/readyz`)).status).toBe(200),
      LEASE_LIMIT_MS,
    );
  }
  const oneMore = async (): Promise<void> => {
    ids.push(await faultTest.create(`new-leader-${ids.length}`));
  };
  /** How long it takes until another one leads, ms. */
  async function takenOver(end: () => void): Promise<number> {
    const began = performance.now();
    end();
    await eventually(async () => expect(await holder()).not.toMatch(/^(second)?$/), LEASE_LIMIT_MS);
    return performance.now() - began;
  }
  async function noneLostOrDoubled(): Promise<void> {
    for (const id of ids) await faultTest.running(id);
    const pods = await faultTest.items('/api/v1/namespaces/runai-project-1/pods');
    const owners = pods.map(({ metadata }: Json) => metadata.labels['tessera.io/workload-id']);
    expect([...owners].sort()).toEqual([...ids].sort());
  }

  it('have one leader, and the other takes over when it is held up', async () => {
    await oneMore();
    await noneLostOrDoubled();
    await startSecond();
    expect(await holder()).not.toBe(SECOND);
    await leadSecond();
    await oneMore();
    await noneLostOrDoubled();
  });

  it('change the leader within 15 s after a kill, with nothing lost or doubled', async () => {
    const creating = oneMore();
    const took = await takenOver(() => second?.kill('SIGKILL'));
    expect(took).toBeLessThan(AFTER_KILL_MS);
    await creating;
    await noneLostOrDoubled();
  });

  it('change the leader within 2 s after a graceful stop', async () => {
    await startSecond();
    await leadSecond();
    const process = second;
    if (process === undefined) throw new Error('no second scheduler');
    const took = await takenOver(() => process.kill('SIGTERM'));
    expect(took).toBeLessThan(AFTER_STOP_MS);
    if (process.exitCode === null) await once(process, 'exit');
    expect(process.exitCode).toBe(0);
    await oneMore();
    await noneLostOrDoubled();
  });
});
