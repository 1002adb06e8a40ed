import { once } from 'node:events';
import { connect, constants, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, replica } from '../testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await text(request);
  const { method, url, headers, rawHeaders } = request;
  response
    .setHeader('set-cookie', ['a=1', 'b=2'])
    .end(JSON.stringify({ method, url, headers, rawHeaders, body }));
};

/** Sends one request over the session; resolves with its response. */
async function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string) {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  const [head] = (await once(stream, 'response')) as [Record<string, string | string[]>];
  return { head, body: await text(stream) };
}

const openConnections = (fixture: Fixture): Promise<number> =>
  new Promise((resolve) => fixture.server.getConnections((_, count) => resolve(count)));

describe('HTTP/2 in cleartext, by prior knowledge', () => {
  let fixture: Fixture;
  let session: ClientHttp2Session;
  const begin = async (options?: Parameters<typeof gatewayFixture>[0]): Promise<void> => {
    fixture = await gatewayFixture({ drainMs: 200, ...options });
    session = connect(fixture.url);
    session.on('error', () => undefined);
  };
  afterEach(async () => {
    session.destroy();
    await fixture.close();
  });

  it('reaches the replica as HTTP/1.1 with one host, one cookie and no pseudo-headers', async () => {
    await begin();
    await fixture.serve('a', (request, response) => void echo(request, response));
    const { head, body } = await ask(
      session,
      {
        ':method': 'POST',
        ':path': '/p1/chat/v1?x=1',
        ':authority': 'g:1',
        cookie: ['a=1', 'b=2'],
        'x-a': 'b',
      },
      'hello',
    );
    expect(head[':status']).toBe(200);
    expect(head['set-cookie']).toEqual(['a=1; Path=/p1/chat/', 'b=2; Path=/p1/chat/']);
    const got = JSON.parse(body) as { headers: Record<string, string>; rawHeaders: string[] };
    expect(got).toMatchObject({ method: 'POST', url: '/v1?x=1', body: 'hello' });
    expect(got.headers).toMatchObject({
      host: 'g:1',
      cookie: 'a=1; b=2',
      'x-a': 'b',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    });
    const names = got.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names.filter((name) => name === 'host' || name === 'cookie')).toEqual(['host', 'cookie']);
    expect(names.filter((name) => name.startsWith(':'))).toEqual([]);
  });

  it('shares its port with HTTP/1.1, and many streams share one connection', async () => {
    await begin();
    await fixture.serve('a', (request, response) => void response.end(request.url));
    const paths = Array.from({ length: 200 }, (_, index) => `/p1/chat/${index}`);
    const bodies = await Promise.all(paths.map(async (path) => (await ask(session, { ':path': path })).body));
    expect(bodies).toEqual(paths.map((path) => path.slice('/p1/chat'.length)));
    expect(await (await fetch(`${fixture.url}/p1/chat/one`)).text()).toBe('/one');
  });

  it('streams both ways, and reports a response that the replica cut off', async () => {
    await begin();
    let reply: ServerResponse | undefined;
    await fixture.serve('a', (_, response) => {
      reply = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const stream = session.request({ ':path': '/p1/chat/' });
    await once(stream, 'response');
    reply?.write('data: 1\n\n');
    expect(String(((await once(stream, 'data')) as [Buffer])[0])).toBe('data: 1\n\n');
    const failed = once(stream, 'error');
    reply?.destroy();
    await failed;
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  });

  it('cancels the call at the replica when the client resets its stream', async () => {
    await begin();
    let closed = false;
    await fixture.serve('a', (_, response) => {
      response.once('close', () => (closed = true)).flushHeaders();
    });
    const stream = session.request({ ':path': '/p1/chat/' });
    await once(stream, 'response');
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => expect(closed).toBe(true));
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toContainEqual(
        expect.stringContaining('code="499"} 1'),
      ),
    );
  });

  it('carries ten megabytes both ways unchanged', async () => {
    await begin();
    await fixture.serve('a', (request, response) => void request.pipe(response));
    const sent = 'tessera '.repeat(1_250_000);
    const { body } = await ask(session, { ':method': 'POST', ':path': '/p1/chat/' }, sent);
    expect(body === sent).toBe(true);
  });

  it.each([
    { what: 'a second host', headers: { ':path': '/p1/chat/', ':authority': 'a', host: 'b' }, status: 400 },
    { what: 'no workload', headers: { ':path': '/p1' }, status: 404 },
    { what: 'a name without a credential', headers: { ':path': '/p1/secret/' }, status: 401 },
    { what: 'CONNECT', headers: { ':method': 'CONNECT', ':authority': 'g:1' }, status: 405 },
  ])('answers $what with $status', async ({ headers, status }) => {
    await begin();
    await fixture.serve('a', (_, response) => void response.end('no'));
    expect((await ask(session, headers)).head[':status']).toBe(status);
  });

  it('answers HEAD without a body', async () => {
    await begin();
    await fixture.serve('a', (_, response) => void response.writeHead(200, { 'content-length': '5' }).end());
    const { head, body } = await ask(session, { ':method': 'HEAD', ':path': '/p1/chat/' });
    expect([head[':status'], head['content-length'], body]).toEqual([200, '5', '']);
  });

  it('refuses streams beyond the limit of all sessions without processing them', async () => {
    await begin({ connections: 2 });
    let calls = 0;
    await fixture.serve('a', () => (calls += 1));
    const streams = [1, 2, 3].map(() => session.request({ ':path': '/p1/chat/' }));
    streams.forEach((stream) => stream.on('error', () => undefined));
    await eventually(() =>
      expect(streams.map(({ rstCode }) => rstCode)).toContain(constants.NGHTTP2_REFUSED_STREAM),
    );
    await eventually(() => expect(calls).toBe(2));
  });

  it('ends a session whose client has disappeared, with or without a stream', async () => {
    await begin();
    await fixture.serve('a', (request, response) => {
      response.writeHead(200).flushHeaders();
      request.resume();
    });
    for (const isReset of [true, false]) {
      const left = connect(fixture.url).on('error', () => undefined);
      const stream = left.request({ ':method': 'POST', ':path': '/p1/chat/' }).on('error', () => undefined);
      stream.write('hello');
      await once(stream, 'response');
      expect(await openConnections(fixture)).toBe(2);
      if (isReset) stream.close(constants.NGHTTP2_CANCEL);
      left.destroy();
      await eventually(async () => expect(await openConnections(fixture)).toBe(1));
    }
  });

  describe('a session after a protocol error, which emits no further events', () => {
    const SETTINGS = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const path = [...Buffer.from('/p1/chat/')];
    const HEAD = [0x86, 0x01, 1, 0x67, 0x04, path.length, ...path];
    const GET = [0, 0, HEAD.length + 1, 1, 5, 0, 0, 0, 1, 0x82, ...HEAD];
    const POST = [0, 0, HEAD.length + 1, 1, 4, 0, 0, 0, 1, 0x83, ...HEAD];
    const SHORT_RESET = [0, 0, 3, 3, 0, 0, 0, 0, 1, 0, 0, 0];

    it.each([
      { what: 'with its stream at its end', sent: GET, shows: 'served' },
      { what: 'with a stream that is open', sent: POST, shows: '' },
    ])('ends $what, and an idle one whose client answers stays', async ({ sent, shows }) => {
      await begin({ headMs: 300, idleMs: 300 });
      await fixture.serve('a', (_, response) => void response.end('served'));
      expect((await ask(session, { ':path': '/p1/chat/' })).body).toBe('served');
      const [host, port] = fixture.address.split(':');
      const broken = connectTcp({ port: Number(port), host: host ?? '', allowHalfOpen: true });
      let received = '';
      broken
        .on('error', () => undefined)
        .on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
      broken.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      broken.write(Buffer.from([...SETTINGS, ...sent]));
      await eventually(() => expect(received).toContain(shows));
      await eventually(async () => expect(await openConnections(fixture)).toBe(2));
      broken.write(Buffer.from(SHORT_RESET));
      await eventually(async () => expect(await openConnections(fixture)).toBe(1));
      broken.destroy();
      expect((await ask(session, { ':path': '/p1/chat/' })).body).toBe('served');
    });
  });

  it('ends a session that resets its streams as fast as it opens them', async () => {
    await begin();
    await fixture.serve('a', () => undefined);
    const goaway = once(session, 'goaway') as Promise<[number]>;
    let rounds = 0;
    const reset = (): void => {
      if (session.destroyed || rounds > 100) return;
      rounds += 1;
      for (let index = 0; index < 50; index += 1) {
        const stream = session.request({ ':path': '/p1/chat/' });
        stream.on('error', () => undefined);
        stream.close(constants.NGHTTP2_CANCEL);
      }
      setImmediate(reset);
    };
    reset();
    expect((await goaway)[0]).not.toBe(constants.NGHTTP2_NO_ERROR);
  });

  it('ends connections on which nothing, or half a preface, arrives', async () => {
    await begin({ headMs: 100 });
    const ended = once(session, 'close');
    const [host, port] = fixture.address.split(':');
    for (const sent of ['', 'PR', 'PRI * HTTP/2.0\r\n']) {
      // A client that never ends its side holds no connection either.
      const socket = connectTcp({ port: Number(port), host: host ?? '', allowHalfOpen: true });
      socket.on('error', () => undefined).resume();
      if (sent !== '') socket.write(sent);
      await once(socket, 'end');
      await eventually(async () => expect(await openConnections(fixture)).toBeLessThan(2));
      socket.destroy();
    }
    await ended;
  });

  it('ends a stream whose client does not send the announced body', async () => {
    await begin({ idleMs: 100 });
    await fixture.serve('a', (request) => void request.resume());
    const stream = session.request({ ':method': 'POST', ':path': '/p1/chat/' });
    const failed = once(stream, 'error');
    await failed;
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  });

  it('keeps other streams going while one waits for a replica with its body unread', async () => {
    await begin();
    await fixture.serve('a', (request, response) => void request.pipe(response));
    fixture.source.setWorkload({ uid: 'owner-w2', workloadId: 'w2', workload: 'slow' });
    const held = session.request({ ':method': 'POST', ':path': '/p1/slow/' });
    held.on('error', () => undefined);
    held.write('x'.repeat(200_000));
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_held{workload_id="w2"')).toContainEqual(
        expect.stringMatching(/ 1$/),
      ),
    );
    const sent = 'y'.repeat(300_000);
    expect((await ask(session, { ':method': 'POST', ':path': '/p1/chat/' }, sent)).body === sent).toBe(true);
    held.close(constants.NGHTTP2_CANCEL);
  });

  it('lets streams in flight finish when the gateway stops, and takes no more', async () => {
    await begin({ drainMs: 5_000 });
    const replies: ServerResponse[] = [];
    await fixture.serve('a', (_, response) => replies.push(response));
    const answer = ask(session, { ':path': '/p1/chat/' });
    await eventually(() => expect(replies).toHaveLength(1));
    const goaway = once(session, 'goaway');
    const stopped = fixture.stop();
    await goaway;
    replies[0]?.end('done');
    expect((await answer).body).toBe('done');
    await stopped;
  });

  it('is still usable by a replica that was reported later', async () => {
    await begin();
    fixture.source.report('present', replica('early', { ready: false }));
    const answer = ask(session, { ':path': '/p1/chat/' });
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_held')).toContainEqual(expect.stringMatching(/ 1$/)),
    );
    await fixture.serve('early', (_, response) => void response.end('awake'));
    expect((await answer).body).toBe('awake');
  });
});
