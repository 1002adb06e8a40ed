import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isRunning } from './process-identity';
import { startServer, untilReady, type ServerProcess } from './server-process';

const READY = `console.log('ready'); setInterval(() => undefined, 1000);`;
const STUBBORN = `process.on('SIGTERM', () => undefined); ${READY}`;

describe('a server process', () => {
  let folder: string;
  let servers: ServerProcess[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-server-'));
    servers = [];
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true });
  });

  const logFile = (): string => join(folder, 'logs', 'toy.log');
  const pidFile = (): string => join(folder, 'toy.pid');
  const start = async (script: string, stopLimitMs = 5000): Promise<ServerProcess> => {
    const args = ['-e', script];
    const server = await startServer({
      name: 'toy',
      command: process.execPath,
      args,
      // The log holds what the script prints, whatever Node has to say about the environment.
      env: { NODE_NO_WARNINGS: '1' },
      logFile: logFile(),
      pidFile: pidFile(),
      stopLimitMs,
    });
    servers.push(server);
    return server;
  };
  const saysReady = async (): Promise<void> => {
    if (!readFileSync(logFile(), 'utf8').includes('ready')) throw new Error('silent');
  };

  it('has its own process group and has exited after the stop', async () => {
    const server = await start(READY);
    await untilReady(server, saysReady, 10_000);

    // Signal 0 to the group: fails unless there is a group of that number.
    expect(() => process.kill(-server.pid, 0)).not.toThrow();

    await server.stop();
    expect(server.endedHow()).toBe('SIGTERM');
    expect(identify(server.pid)).toBeUndefined();
    expect(existsSync(pidFile())).toBe(false);
  });

  it('is killed if it ignores SIGTERM', async () => {
    const server = await start(STUBBORN, 50);
    await untilReady(server, saysReady, 10_000);

    await server.stop();

    expect(server.endedHow()).toBe('SIGKILL');
  });

  it('reports its last log lines if it exits before it is ready', async () => {
    const server = await start(`console.error('no such disk'); process.exit(3);`);

    const ready = untilReady(server, () => Promise.reject(new Error('refused')), 10_000);

    await expect(ready).rejects.toThrow(/toy ended at its start \(exit code 3\)[^]*no such disk/);
  });

  it('reports why it was not ready in time', async () => {
    const server = await start(READY);

    const ready = untilReady(server, () => Promise.reject(new Error('refused')), 1);

    await expect(ready).rejects.toMatchObject({
      message: expect.stringContaining('not ready within 1 ms') as string,
      cause: new Error('refused'),
    });
  });

  it('is an error if the program does not exist', async () => {
    const command = join(folder, 'nothing');
    const starting = startServer({ name: 'toy', command, args: [], logFile: logFile(), pidFile: pidFile() });

    await expect(starting).rejects.toThrow(/cannot start toy .*ENOENT/);
  });

  it('is not started if a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const files = { logFile: logFile(), pidFile: pidFile() };
    const starting = startServer({
      name: 'toy',
      command: process.execPath,
      args: [],
      ports: [port],
      ...files,
    });

    await expect(starting).rejects.toThrow(`toy: port ${port} of 127.0.0.1 is taken`);
    other.close();
  });

  it('is not started twice while the parent runs', async () => {
    const first = await start(READY);

    await expect(start(READY)).rejects.toThrow(`already runs as process ${first.pid}`);
  });

  it('replaces one whose parent was killed', async () => {
    const orphan = spawn(process.execPath, ['-e', READY], { detached: true, stdio: 'ignore' });
    const ended = once(orphan, 'exit');
    const left = identify(orphan.pid ?? 0);
    writeFileSync(pidFile(), JSON.stringify({ ...left, owner: { pid: process.pid, started: 'long ago' } }));

    const next = await start(READY);

    await ended;
    expect(left && isRunning(left)).toBe(false);
    expect(next.endedHow()).toBeUndefined();
  });

  it.each(['', '{', '{"pid":-1}', '{"pid":1,"started":"0","owner":{"pid":1}}'])(
    'does not care for the pid file %j',
    async (content) => {
      writeFileSync(pidFile(), content);
      expect((await start(READY)).endedHow()).toBeUndefined();
    },
  );

  it('keeps the log of the previous run', async () => {
    const first = await start(`console.log('first')`);
    await first.ended;
    await (await start(READY)).stop();

    expect(readFileSync(`${logFile()}.previous`, 'utf8')).toBe('first\n');
  });
});
