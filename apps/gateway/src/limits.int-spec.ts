import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, listening, replica } from './testing/gateway-fixture';
import { websocketServer } from './testing/websocket-server';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

describe('limits of callers', () => {
  let fixture: Fixture;
  const sockets: Socket[] = [];
  const begin = async (options: Parameters<typeof gatewayFixture>[0]): Promise<Fixture> =>
    (fixture = await gatewayFixture({ drainMs: 50, ...options }));
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await fixture.close();
  });

  /** A connection that sends the bytes and collects the response. */
  function caller(bytes: string): Socket & { text: () => string } {
    const [host, port] = fixture.address.split(':');
    const socket = connect(Number(port), host);
    sockets.push(socket);
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    if (bytes !== '') socket.write(bytes);
    return Object.assign(socket, { text: () => received });
  }
  const closed = (socket: Socket): Promise<unknown> => eventually(() => expect(socket.closed).toBe(true));
  const get = (more = ''): string => `GET /p1/chat/ HTTP/1.1\r\nHost: g\r\n${more}\r\n`;

  it.each([
    ['nothing at all', ''],
    ['half a head', 'GET /p1/chat/ HTTP/1.1\r\nHost: g\r\nX-'],
  ])('a connection with %s ends at the header timeout', async (_, bytes) => {
    await begin({ headMs: 100 });
    const socket = caller(bytes);
    await closed(socket);
    expect(socket.text()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('a head above 16 KiB is rejected', async () => {
    await begin({});
    const socket = caller(get(`X: ${'x'.repeat(17_000)}\r\n`));
    await closed(socket);
    expect(socket.text()).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('an announced body that does not arrive ends the connection', async () => {
    await begin({ idleMs: 100 });
    await fixture.serve('a', (request) => void request.resume());
    const socket = caller(get('Content-Length: 5\r\n'));
    await closed(socket);
    expect(socket.text()).toBe('');
  });

  it('a response that the client does not read ends the connection, and the call to the replica', async () => {
    await begin({ idleMs: 300 });
    let cancelled = false;
    await fixture.serve('a', (_, response) => {
      response.on('close', () => (cancelled = true));
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        response.once('drain', more);
      };
      more();
    });
    const socket = caller('');
    socket.removeAllListeners('data');
    socket.pause();
    socket.write(get());
    await eventually(() => expect(cancelled).toBe(true));
  });

  it('a replica may be idle for longer than the idle timeout of callers', async () => {
    await begin({ idleMs: 50 });
    await fixture.serve('a', (_, response) => void setTimeout(() => response.end('thought'), 400));
    const socket = caller(get('Connection: close\r\n'));
    await closed(socket);
    expect(socket.text()).toMatch(/thought$/);
  });

  it('a websocket without data in either direction ends on both sides', async () => {
    await begin({ idleMs: 100 });
    const server: Server = websocketServer();
    const ends: Promise<unknown>[] = [];
    server.on('upgrade', (_, socket) => ends.push(once(socket, 'close')));
    fixture.source.report('present', replica('a', { address: await listening(server) }));
    const socket = caller(
      get(
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
      ),
    );
    await closed(socket);
    expect(socket.text()).toMatch(/^HTTP\/1\.1 101 /);
    expect(ends).toHaveLength(1);
    await Promise.all(ends);
    await new Promise((resolve) => server.close(resolve));
  });

  it('more connections than the limit are closed at once, and those between two requests make room', async () => {
    await begin({ connections: 2 });
    await fixture.serve('a', (request, response) => {
      if (request.url === '/') response.end('ok');
    });
    const [idle, busy] = [caller(get()), caller(get().replace('/chat/', '/chat/slow'))];
    await eventually(() => expect(idle?.text()).toMatch(/ok$/));
    await closed(caller(get()));
    await closed(idle as Socket);
    const next = caller(get());
    await eventually(() => expect(next.text()).toMatch(/ok$/));
    expect(busy?.destroyed).toBe(false);
  });
});
