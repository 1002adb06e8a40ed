import { once } from 'node:events';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, replica } from '../testing/gateway-fixture';
import { GrpcCaller, GrpcEcho } from '../testing/grpc-echo';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

describe('slow clients of HTTP/2', () => {
  let fixture: Fixture;
  let session: ClientHttp2Session;
  const drips: NodeJS.Timeout[] = [];
  const sockets: Socket[] = [];
  const begin = async (options: Parameters<typeof gatewayFixture>[0]): Promise<void> => {
    fixture = await gatewayFixture({ drainMs: 50, ...options });
    session = connect(fixture.url);
    session.on('error', () => undefined);
  };
  afterEach(async () => {
    drips.splice(0).forEach((drip) => clearInterval(drip));
    sockets.splice(0).forEach((socket) => socket.destroy());
    session.destroy();
    await fixture.close();
  });
  const drip = (stream: { write(chunk: Buffer | string): unknown }, byte: Buffer | string): void => {
    drips.push(setInterval(() => stream.write(byte), 20));
  };
  const post = (path: string): ClientHttp2Stream =>
    session.request({ ':method': 'POST', ':path': path }).on('error', () => undefined);

  it.each([
    ['streamed to a replica', '/p1/chat/'],
    ['read for its model', '/v1/chat/completions'],
    ['read for its tokens', '/p1/chat/v1/chat/completions'],
  ])('lose the stream whose body trickles, and no other one: %s', async (_, path) => {
    await begin({ paceMs: 200, leastBytes: 50 });
    await fixture.serve('a', (request, response) => {
      if (request.method === 'GET') response.end('served');
      else request.resume();
    });
    const slow = post(path);
    const closed = new Promise((resolve) => slow.once('close', resolve));
    drip(slow, ' ');
    await closed;
    expect(slow.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect(await text(session.request({ ':path': '/p1/chat/' }))).toBe('served');
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_in_flight')).toEqual([expect.stringMatching(/ 0$/)]),
    );
  });

  it('lose a stream that they read too slowly', async () => {
    await begin({ paceMs: 200, leastBytes: 50 });
    let cancelled = false;
    await fixture.serve('a', (_, response) => {
      response.on('close', () => (cancelled = true));
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        response.once('drain', more);
      };
      more();
    });
    session.request({ ':path': '/p1/chat/' }).on('error', () => undefined);
    await eventually(() => expect(cancelled).toBe(true));
  });

  it('keep streams that wait for a slow replica, and bodies that the replica reads slowly', async () => {
    await begin({ paceMs: 50, leastBytes: 50 });
    await fixture.serve('a', (request, response) => {
      request.pause();
      setTimeout(() => response.end('thought'), 400);
    });
    const loaded = post('/p1/chat/');
    loaded.end(Buffer.alloc(1_000_000));
    expect(await text(session.request({ ':path': '/p1/chat/' }))).toBe('thought');
    expect(await text(loaded)).toBe('thought');
  });

  it('keep gRPC streams, which may be idle', async () => {
    await begin({ paceMs: 50, leastBytes: 50 });
    const echo = new GrpcEcho();
    fixture.source.setWorkload({ protocol: 'grpc' });
    fixture.source.report('present', replica('a', { address: await echo.listen() }));
    const caller = new GrpcCaller(fixture.address);
    const call = caller.chat({ 'x-tessera-workload': 'p1/chat' });
    let chunks = 0;
    call.on('data', () => (chunks += 1));
    drip(call, Buffer.from('x'));
    // As long as several intervals.
    await eventually(() => expect(chunks).toBeGreaterThan(20));
    drips.splice(0).forEach((one) => clearInterval(one));
    call.end();
    await once(call, 'end');
    caller.close();
    echo.close();
  });

  /** `GET /` with a field of 16 kB, of which nothing has come yet. */
  const HEAD = [0x82, 0x86, 0x84, 0, 1, 0x78, 0x7f, 0x80, 0x7e];
  it.each([
    { how: 'in one frame', frame: [0, 0x3f, 0xff, 1, 4, 0, 0, 0, 1, ...HEAD], more: [0x61] },
    {
      how: 'in frames of one byte',
      frame: [0, 0, HEAD.length, 1, 0, 0, 0, 0, 1, ...HEAD],
      more: [0, 0, 1, 9, 0, 0, 0, 0, 1, 0x61],
    },
  ])('lose the connection whose first head trickles, $how', async ({ frame, more }) => {
    await begin({ headMs: 200 });
    const [host = '', port] = fixture.address.split(':');
    const socket = connectTcp(Number(port), host);
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    socket.write(Buffer.from([...settings, ...frame]));
    drip(socket, Buffer.from(more));
    await eventually(() => expect(socket.closed).toBe(true));
  });
});
