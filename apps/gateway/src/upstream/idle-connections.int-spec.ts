import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { PROBE_MS } from './upstreams';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, replica } from '../testing/gateway-fixture';

const CALLERS = 25;
const CALLS = 1_000;

/**
 * A server that closes a connection some time after its last response, without a word. It counts what it executed, and
 * notes the time of its first response and of the first request on a connection that had one before.
 */
async function impatientServer(idleMs: number) {
  const executed = new Map<string, number>();
  const times: { answered?: number; reused?: number } = {};
  let connections = 0;
  const server: Server = createServer((socket: Socket) => {
    connections += 1;
    let isUsed = false;
    let idle: NodeJS.Timeout | undefined;
    let seen = '';
    socket.on('error', () => undefined);
    socket.on('close', () => clearTimeout(idle));
    socket.on('data', (chunk: Buffer) => {
      clearTimeout(idle);
      seen += chunk.toString();
      const [, path = '', , body = ''] =
        /^POST (\S+) HTTP\/1\.1\r\n([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(seen) ?? [];
      if (body.length < 4) return;
      seen = '';
      executed.set(path, (executed.get(path) ?? 0) + 1);
      if (isUsed) times.reused ??= performance.now();
      isUsed = true;
      times.answered ??= performance.now();
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
      idle = setTimeout(() => socket.destroy(), idleMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, address, executed, times, connections: () => connections };
}

describe('replicas that close idle connections', () => {
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  beforeEach(async () => (fixture = await gatewayFixture({ drainMs: 100 })));
  afterEach(() => fixture.close());

  /** Posts with pauses around the time at which the server closes; the statuses that came back. */
  const post = async (calls: number, callers: number, pauseMs: number): Promise<ReadonlySet<number>> => {
    const statuses = new Set<number>();
    let next = 0;
    const caller = async (): Promise<void> => {
      while (next < calls) {
        const id = (next += 1);
        const { status, body } = await fetch(`${fixture.url}/p1/chat/${id}`, {
          method: 'POST',
          body: 'post',
        });
        await body?.cancel();
        statuses.add(status);
        await later((id * 7919) % pauseMs);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return statuses;
  };

  it.each([{ idleMs: 20 }, { idleMs: 200 }])(
    'answer every POST, and execute each once, when they close after $idleMs ms',
    async ({ idleMs }) => {
      const { server, address, executed } = await impatientServer(idleMs);
      fixture.source.report('present', replica('a', { address }));
      expect([...(await post(CALLS, CALLERS, 2 * idleMs))]).toEqual([200]);
      expect([executed.size, Math.max(...executed.values())]).toEqual([CALLS, 1]);
      await new Promise((resolve) => server.close(resolve));
    },
    60_000,
  );

  it('have connections that are used again once one was seen to stay open', async () => {
    const { server, address, times, connections } = await impatientServer(30_000);
    fixture.source.report('present', replica('a', { address }));
    await eventually(async () => {
      expect([...(await post(20, 1, 1))]).toEqual([200]);
      expect(times.reused).toBeDefined();
    });
    const { answered = 0, reused = 0 } = times;
    expect(reused - answered).toBeGreaterThanOrEqual(PROBE_MS);
    const before = connections();
    expect([...(await post(200, 1, 1))]).toEqual([200]);
    expect(connections() - before).toBeLessThan(100);
    await fixture.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
