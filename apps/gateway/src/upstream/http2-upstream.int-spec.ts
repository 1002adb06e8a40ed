import { constants, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { status } from '@grpc/grpc-js';
import { gatewayFixture, replica } from '../testing/gateway-fixture';
import { GrpcCaller, METHODS } from '../testing/grpc-echo';
import { Http2Upstream } from './http2-upstream';

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
    fixture.source.setWorkload({ protocol: 'grpc' });
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

describe('a connection over HTTP/2 that is ended while it opens', () => {
  let server: Http2Server;
  let upstream: Http2Upstream;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    upstream = new Http2Upstream(address, { connectMs: 1_000, idleMs: 1_000, silenceMs: 1_000 });
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  /** How a request ends: its status, or the message of its error. */
  const dispatched = (): Promise<unknown> =>
    new Promise((end) => {
      const handler = {
        onResponseStart: (_: unknown, code: number) => end(code),
        onResponseError: (_: unknown, error: Error) => end(error.message),
      };
      upstream.dispatch({ method: 'GET', path: '/', headers: [] }, handler);
    });
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  it('sends the requests that wait for it, where streams may finish', async () => {
    server.on('stream', (stream) => (stream.respond({ ':status': 204 }), stream.end()));
    const ended = dispatched();
    await turn();
    upstream.close();
    expect(await ended).toBe(204);
  });

  it('is kept between many requests, and keeps nothing of them', async () => {
    const sessions = new Set<unknown>();
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream) => (stream.respond({ ':status': 204 }), stream.end()));
    const warned: Error[] = [];
    const note = (warning: Error): void => void warned.push(warning);
    process.on('warning', note);
    for (let count = 0; count < 20; count += 1) {
      expect(await dispatched()).toBe(204);
      for (let turns = 0; turns < 20; turns += 1) await turn();
    }
    process.off('warning', note);
    expect([warned, sessions.size]).toEqual([[], 1]);
    upstream.close();
  });

  it('fails them where it is cut, and nothing else', async () => {
    const ended = dispatched();
    await turn();
    upstream.destroy();
    expect(await ended).toBe('the connection was closed');
    for (let turns = 0; turns < 20; turns += 1) await turn();
  });
});
