import { constants, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { status } from '@grpc/grpc-js';
import { gatewayFixture, replica } from '../testing/gateway-fixture';
import { GrpcCaller, METHODS } from '../testing/grpc-echo';

const CHAT = { 'x-tessera-workload': 'p1/chat' };

describe('a replica that refuses streams of HTTP/2', () => {
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  let server: Http2Server;
  let caller: GrpcCaller;
  let answered = 0;
  const begin = async (settings: object, refuses: (count: number) => boolean): Promise<void> => {
    answered = 0;
    let count = 0;
    const answer = async (stream: ServerHttp2Stream): Promise<void> => {
      const body = await buffer(stream);
      answered += 1;
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(body);
    };
    server = createServer({ settings });
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      count += 1;
      if (refuses(count)) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else answer(stream).catch(() => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    fixture = await gatewayFixture({ drainMs: 200 });
    fixture.source.know({ protocol: 'grpc' });
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    fixture.source.report('present', replica('a', { address }));
    caller = new GrpcCaller(fixture.address);
  };
  afterEach(async () => {
    caller.close();
    await fixture.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('gets a call once more, with its whole message', async () => {
    await begin({}, (count) => count === 1);
    const ended = await caller.unary(METHODS.unary, CHAT, 'x'.repeat(30_000));
    expect([ended.code, ended.messages]).toEqual([status.OK, ['x'.repeat(30_000)]]);
    expect(answered).toBe(1);
  });

  it('gets as many streams at once as it allows', async () => {
    await begin({ maxConcurrentStreams: 5 }, () => false);
    const ended = await Promise.all(
      Array.from({ length: 40 }, (_, index) => caller.unary(METHODS.unary, CHAT, String(index))),
    );
    expect(ended.map(({ messages }) => messages[0])).toEqual(ended.map((_, index) => String(index)));
    expect(answered).toBe(40);
  });

  it('is not asked for ever', async () => {
    await begin({}, () => true);
    expect((await caller.unary(METHODS.unary, CHAT)).code).toBe(status.UNAVAILABLE);
  });
});
