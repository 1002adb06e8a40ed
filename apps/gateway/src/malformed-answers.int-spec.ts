import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gatewayFixture, replica } from './testing/gateway-fixture';
import { malformedAnswer } from './testing/malformed-answers';

jest.setTimeout(60_000);

const ANSWERS = 500;
const AT_ONCE = 25;
const PATIENCE_MS = 30_000;

/** The ways a caller sends a request; each uses other listeners in the gateway. */
const REQUESTS = {
  plain: (seed: number) => [`GET /p1/chat/${seed} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`],
  streamed: (seed: number) => [
    `POST /p1/chat/${seed} HTTP/1.1\r\nHost: g\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '5\r\nhello\r\n',
    '0\r\n\r\n',
  ],
  upgraded: (seed: number) => [
    `GET /p1/chat/${seed} HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    '\u0081\u0085',
  ],
} as const;

/** A replica that responds to the request for `/<seed>` with the bytes of that seed. */
async function hostileReplica(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (head) => void answer(socket, Number(/^\w+ \/(\d+) /.exec(head.toString())?.[1])));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answer(socket: Socket, seed: number): Promise<void> {
  const { pieces, leaves } = malformedAnswer(seed);
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  if (leaves === 'ends') socket.end();
  else if (leaves === 'breaks') socket.destroySoon();
  else socket.resetAndDestroy();
}

/** Sends the pieces and resolves with the returned status, 0 for none, once the connection is closed. */
function ask(port: number, pieces: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const limit = setTimeout(() => reject(new Error(`never closed: ${pieces[0]}`)), PATIENCE_MS);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => (received = received.slice(0, 20) + chunk.toString('latin1', 0, 20)));
    socket.on('close', () => {
      clearTimeout(limit);
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0));
    });
    void (async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await new Promise(setImmediate);
      }
    })();
  });
}

describe.each(Object.entries(REQUESTS))(
  '%s exchanges with a replica that sends malformed HTTP',
  (way, request) => {
    let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
    let hostile: Server;
    beforeEach(async () => {
      fixture = await gatewayFixture({ holdMs: 100, drainMs: 100 });
      hostile = await hostileReplica();
    });
    afterEach(async () => {
      await fixture.close();
      await new Promise((resolve) => hostile.close(resolve));
    });

    it('fail one by one, and the gateway keeps serving', async () => {
      const { port } = hostile.address() as AddressInfo;
      fixture.source.report('present', replica('hostile', { address: `127.0.0.1:${port}` }));
      const gateway = Number(fixture.address.split(':')[1]);
      const statuses = new Map<number, number>();
      let next = 0;
      const caller = async (): Promise<void> => {
        while (next < ANSWERS) {
          const status = await ask(gateway, request((next += 1)));
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));

      // The gateway saw responses that it could forward and malformed ones, and forwarded none of the malformed ones.
      expect(statuses.get(502)).toBeGreaterThan(ANSWERS / 10);
      expect(statuses.get(way === 'upgraded' ? 101 : 200)).toBeGreaterThan(0);
      expect([...statuses.keys()].filter((one) => one !== 0 && (one < 101 || one > 599))).toEqual([]);
      expect(way === 'upgraded' ? undefined : statuses.get(101)).toBeUndefined();
      const inFlight = await fixture.series('tessera_gateway_in_flight{');
      expect(inFlight).toEqual([expect.stringMatching(/ 0$/)]);

      fixture.source.report('gone', replica('hostile'));
      await fixture.serve('good', (_, response) => void response.end('still here'));
      expect(await (await fetch(`${fixture.url}/p1/chat/`)).text()).toBe('still here');
    });
  },
);
