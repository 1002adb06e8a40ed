import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, listening, replica } from '../testing/gateway-fixture';
import { websocketServer } from '../testing/websocket-server';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

/** A bare connection that collects what arrives. */
function client(address: string) {
  const [host, port] = address.split(':');
  const socket: Socket = connect(Number(port), host);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => undefined);
  return { socket, received: () => received };
}

const offer = (path: string, protocol: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

describe('an offer of another protocol', () => {
  let fixture: Fixture;
  beforeEach(async () => (fixture = await gatewayFixture({ holdMs: 20, drainMs: 50 })));
  afterEach(() => fixture.close());

  it('joins a websocket end to end until one side closes', async () => {
    const server = websocketServer();
    fixture.source.report('present', replica('a', { address: await listening(server) }));
    const { socket, received } = client(fixture.address);
    socket.write(offer('/p1/chat/live?x=1', 'websocket'));
    await eventually(() => expect(received()).toContain('\r\n\r\n'));
    expect(received()).toMatch(/^HTTP\/1\.1 101 /);
    expect(received()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(received()).toContain('X-Path: /live?x=1');
    socket.write('some frame');
    await eventually(() => expect(received()).toMatch(/\r\n\r\nsome frame$/));
    expect(await fixture.series('tessera_gateway_in_flight')).toEqual([expect.stringMatching(/ 1$/)]);
    expect((await fixture.reported(1))?.workloads).toMatchObject([{ inFlight: 1, averageConcurrency: 1 }]);
    socket.destroy();
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_in_flight')).toEqual([expect.stringMatching(/ 0$/)]),
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it('is rejected without a host', async () => {
    await fixture.serve('a', (_, response) => void response.end('served'));
    for (const protocol of ['websocket', 'h2c']) {
      const { received, socket } = client(fixture.address);
      socket.write(offer('/p1/chat/', protocol).replace('Host: g\r\n', ''));
      await eventually(() => expect(received()).toMatch(/^HTTP\/1\.1 400 /));
      socket.destroy();
    }
  });

  it('carries no serving key among its protocols or in its query', async () => {
    const offered: (string | undefined)[] = [];
    const server = websocketServer().prependListener('upgrade', ({ url, headers }: IncomingMessage) =>
      offered.push(url, headers['sec-websocket-protocol']),
    );
    fixture.source.report('present', replica('a', { address: await listening(server) }));
    const { socket, received } = client(fixture.address);
    const protocols = 'Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.tsk-abc\r\n';
    socket.write(offer('/p1/chat/live?model=m&api_key=tsk-abc', 'websocket', protocols));
    await eventually(() => expect(received()).toMatch(/^HTTP\/1\.1 101 /));
    expect(offered).toEqual(['/live?model=m', 'realtime']);
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('ends a websocket that is still open at the end of the drain time', async () => {
    const server = websocketServer();
    fixture.source.report('present', replica('a', { address: await listening(server) }));
    const { socket, received } = client(fixture.address);
    socket.write(offer('/p1/chat/', 'websocket'));
    await eventually(() => expect(received()).toMatch(/^HTTP\/1\.1 101 /));
    await fixture.stop();
    await eventually(() => expect(socket.closed).toBe(true));
    await new Promise((resolve) => server.close(resolve));
  });

  it('forwards the error response of a replica', async () => {
    await fixture.serve('a', (_, response) => void response.writeHead(403).end('no'));
    const { socket, received } = client(fixture.address);
    socket.write(offer('/p1/chat/', 'websocket'));
    await eventually(() => expect(socket.closed).toBe(true));
    expect(received()).toMatch(/^HTTP\/1\.1 403 [^]*no/);
    expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toContainEqual(
      expect.stringMatching(/code="403"} 1$/),
    );
  });

  it.each([
    ['/p1/other/', 401],
    ['/p1', 404],
  ])('without a credential answers %s with %i', async (path, code) => {
    const { socket, received } = client(fixture.address);
    socket.write(offer(path, 'websocket'));
    await eventually(() => expect(socket.closed).toBe(true));
    expect(received()).toMatch(new RegExp(`^HTTP/1\\.1 ${code} [^]*"code":${code}`));
  });

  it('joins no websocket of a caller that may not call the workload', async () => {
    const offered = jest.fn();
    await fixture.serve('a', offered);
    fixture.source.setWorkload({ access: 'authenticated' });
    const { socket, received } = client(fixture.address);
    socket.write(offer('/p1/chat/', 'websocket'));
    await eventually(() => expect(socket.closed).toBe(true));
    expect(received()).toMatch(/^HTTP\/1\.1 401 /);
    expect(offered).not.toHaveBeenCalled();
  });

  it('answers an offer of HTTP/2 as an ordinary request, with its body', async () => {
    await fixture.serve('a', async (request, response) =>
      response.end(`${request.headers.upgrade} ${await text(request)}`),
    );
    const { socket, received } = client(fixture.address);
    const body = 'x'.repeat(100_000);
    socket.write(offer('/p1/chat/', 'h2c', `Content-Length: ${body.length}\r\n`) + body);
    await eventually(() => expect(socket.closed).toBe(true));
    expect(received()).toMatch(/^HTTP\/1\.1 200 /);
    expect(received()).toContain(`undefined ${body}`);
  });

  it('answers 502 where the replica upgrades to another protocol', async () => {
    const server = websocketServer();
    server.removeAllListeners('upgrade').on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    });
    fixture.source.report('present', replica('a', { address: await listening(server) }));
    const { socket, received } = client(fixture.address);
    socket.write(offer('/p1/chat/', 'websocket'));
    await eventually(() => expect(socket.closed).toBe(true));
    expect(received()).toMatch(/^HTTP\/1\.1 502 /);
    expect(await fixture.series('tessera_gateway_in_flight')).toEqual([expect.stringMatching(/ 0$/)]);
    await new Promise((resolve) => server.close(resolve));
  });
});
