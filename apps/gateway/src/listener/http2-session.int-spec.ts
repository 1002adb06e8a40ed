import { once } from 'node:events';
import { connect } from 'node:http2';
import { connect as connectTcp, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@tessera/testing-services/eventually';
import type { Exchange } from '../limits/pace';
import { gatewayFixture } from '../testing/gateway-fixture';
import { Http2Sessions } from './http2-server';

const frame = (type: number, flags: number, stream: number, payload: readonly number[] = []): Buffer =>
  Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream, ...payload]);
const [DATA, HEADERS, SETTINGS, GOAWAY, WINDOW] = [0, 1, 4, 7, 8];
const [END_STREAM, END_HEADERS] = [1, 4];

/** The preface, and windows as wide as they can be. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(SETTINGS, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]),
  frame(WINDOW, 0, 0, [0x7f, 0, 0, 0]),
]);
/** `:scheme`, `:authority` and `:path` behind a method. */
const target = (path: string): number[] => [0x86, 0x01, 1, 0x67, 0x04, path.length, ...Buffer.from(path)];
const GET = (path: string, more: readonly number[] = []): Buffer =>
  frame(HEADERS, END_STREAM | END_HEADERS, 1, [0x82, ...target(path), ...more]);
const POST = (path: string): Buffer => frame(HEADERS, END_HEADERS, 1, [0x83, ...target(path)]);
const EXPECT = [0, 6, ...Buffer.from('expect'), 1, 0x78];
const CONNECT = [0x02, 7, ...Buffer.from('CONNECT'), 0x01, 1, 0x67];
/** A stream with an even number is the server's. */
const FORBIDDEN = frame(DATA, 0, 2, [1, 2, 3]);

/** A client that reads nothing unless it is resumed. */
function raw(port: number): Socket {
  const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined).setNoDelay(true);
  socket.write(PREFACE);
  return socket;
}

describe('a session after a protocol error', () => {
  let server: Server;
  let client: Socket;
  let closed: Promise<unknown>;
  const begin = async (handle: (exchange: Exchange) => void): Promise<void> => {
    const sessions = new Http2Sessions(
      { streams: 10, headMs: 200, keepAliveMs: 60_000, headBytes: 16_384 },
      handle,
    );
    let isClosed: (value: unknown) => void = () => undefined;
    closed = new Promise((resolve) => (isClosed = resolve));
    server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.once('close', isClosed);
      sessions.accept(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    client = raw((server.address() as AddressInfo).port).resume();
  };
  afterEach(() => {
    client.destroy();
    server.close();
  });

  it('ends where the response to an unread body is not complete yet', async () => {
    let isOver = false;
    await begin(({ response }) => {
      response.once('close', () => (isOver = true));
      response.writeHead(400).end('no');
      // It comes while the answer is on its way: its end, and that the body is not wanted, are never sent.
      client.write(FORBIDDEN);
    });
    client.write(Buffer.concat([POST('/'), frame(DATA, 0, 1, Array<number>(100).fill(0x78))]));
    await closed;
    expect(isOver).toBe(true);
  });
});

describe('sessions of a gateway', () => {
  type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;
  let fixture: Fixture;
  let client: Socket | undefined;
  const port = (): number => Number(fixture.address.split(':')[1]);
  const openConnections = (): Promise<number> =>
    new Promise((resolve) => fixture.server.getConnections((_, count) => resolve(count)));
  /** A client that has asked for more than sockets hold, and reads nothing of it. */
  const deaf = async (): Promise<void> => {
    let isFull = false;
    await fixture.serve('a', (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1_000_000)));
        isFull = true;
        response.once('drain', more);
      };
      more();
    });
    client = raw(port());
    client.write(GET('/p1/chat/'));
    await eventually(() => expect(isFull).toBe(true));
  };
  afterEach(async () => {
    client?.destroy();
    await fixture.close();
  });

  it.each([
    { what: 'an expectation that nobody meets', head: GET('/p1/chat/', EXPECT) },
    { what: 'CONNECT', head: frame(HEADERS, END_HEADERS, 1, CONNECT) },
  ])('end where the client broke the protocol right behind $what', async ({ head }) => {
    fixture = await gatewayFixture({ drainMs: 50, headMs: 200, idleMs: 200 });
    client = raw(port()).resume();
    await eventually(async () => expect(await openConnections()).toBe(1));
    client.write(Buffer.concat([head, FORBIDDEN]));
    await eventually(async () => expect(await openConnections()).toBe(0));
  });

  it('end where the client reads nothing, not even the reset of its stream', async () => {
    fixture = await gatewayFixture({ drainMs: 50, headMs: 200, idleMs: 200 });
    await deaf();
    await eventually(async () => expect(await openConnections()).toBe(0));
  });

  it.each([
    { what: 'a request', behind: [GET('/p1/chat/')] },
    { what: 'a request and a malformed frame', behind: [GET('/p1/chat/'), frame(SETTINGS, 4, 2, [0, 0, 0])] },
  ])('end, and not the process, where $what follows a goaway of the client', async ({ behind }) => {
    fixture = await gatewayFixture({ drainMs: 50, headMs: 200, idleMs: 200 });
    client = raw(port()).resume();
    await eventually(async () => expect(await openConnections()).toBe(1));
    const goaway = frame(GOAWAY, 0, 0, Array<number>(8).fill(0));
    client.write(Buffer.concat([goaway, ...behind]));
    await eventually(async () => expect(await openConnections()).toBe(0));
  });

  it('continue while unread bodies exceed the window of the session', async () => {
    fixture = await gatewayFixture({ drainMs: 50 });
    await fixture.serve('a', (_, response) => void response.end('served'));
    const session = connect(fixture.url).on('error', () => undefined);
    for (let index = 0; index < 40; index += 1) {
      const refused = session.request({ ':method': 'POST', ':path': '/p1' }).on('error', () => undefined);
      refused.end('x'.repeat(60_000));
      const [head] = (await once(refused, 'response')) as [Record<string, unknown>];
      expect(head[':status']).toBe(404);
    }
    expect(await text(session.request({ ':path': '/p1/chat/' }))).toBe('served');
    session.destroy();
  });
});
