import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { status } from '@grpc/grpc-js';
import { eventually } from '@tessera/testing-services/eventually';
import { servingLabel } from '@tessera/contracts-kubernetes/exposed-host';
import { deadAddress, gatewayFixture, replica } from '../testing/gateway-fixture';
import { GrpcCaller, GrpcEcho, METHODS } from '../testing/grpc-echo';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;
const CHAT = { 'x-tessera-workload': 'p1/chat' };
const GRPC = { protocol: 'grpc' } as const;

describe('gRPC', () => {
  let fixture: Fixture;
  let echo: GrpcEcho;
  let caller: GrpcCaller;
  const begin = async (options?: Parameters<typeof gatewayFixture>[0], ready = true): Promise<void> => {
    fixture = await gatewayFixture({ drainMs: 200, ...options });
    echo = new GrpcEcho();
    fixture.source.setWorkload(GRPC);
    const address = await echo.listen();
    if (ready) fixture.source.report('present', replica('a', { address }));
    caller = new GrpcCaller(fixture.address);
  };
  afterEach(async () => {
    caller.close();
    echo.close();
    await fixture.close();
  });

  it('forwards a unary call with its metadata, head and trailers', async () => {
    await begin();
    const ended = await caller.unary(METHODS.unary, { ...CHAT, 'x-mine': 'me' });
    expect(ended).toMatchObject({ code: status.OK, messages: ['hello'] });
    expect([ended.head?.get('x-head'), ended.trailers.get('x-trailer')]).toEqual([['head'], ['trailer']]);
    const [seen] = echo.metadata;
    expect(seen?.get('x-mine')).toEqual(['me']);
    expect(seen?.get('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(seen?.get('x-tessera-workload')).toEqual([]);
    expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toEqual([
      expect.stringContaining('pod="a",code="200"} 1'),
    ]);
  });

  it('forwards streams of the client, of the server and of both', async () => {
    await begin();
    expect(await caller.collect(CHAT, ['a', 'b', 'c'])).toBe('abc');
    expect(await caller.repeat(CHAT, 'x')).toEqual(['x', 'x', 'x']);
    const chat = caller.chat(CHAT);
    const received: string[] = [];
    chat.on('data', (part: Buffer) => received.push(part.toString()));
    for (const part of ['one', 'two']) {
      chat.write(Buffer.from(part));
      await eventually(() => expect(received.at(-1)).toBe(part));
    }
    const ended = once(chat, 'status') as Promise<[{ code: number }]>;
    chat.end();
    expect((await ended)[0].code).toBe(status.OK);
  });

  it('forwards a megabyte in one message, and hundreds of calls at once', async () => {
    await begin();
    const large = 'x'.repeat(1_000_000);
    expect((await caller.unary(METHODS.unary, CHAT, large)).messages).toEqual([large]);
    const all = await Promise.all(
      Array.from({ length: 400 }, (_, index) => caller.unary(METHODS.unary, CHAT, String(index))),
    );
    expect(all.map(({ messages }) => messages[0])).toEqual(all.map((_, index) => String(index)));
  });

  it('forwards the status of a failed call, its text and its trailers', async () => {
    await begin();
    const ended = await caller.unary(METHODS.fail, CHAT);
    expect([ended.code, ended.details, ended.trailers.get('why')]).toEqual([
      status.FAILED_PRECONDITION,
      'not nów',
      ['because'],
    ]);
    expect((await caller.unary('/tessera.Echo/Missing', CHAT)).code).toBe(status.UNIMPLEMENTED);
  });

  it('cancels the call at the replica when the client cancels it', async () => {
    await begin();
    const chat = caller.chat(CHAT);
    chat.on('error', () => undefined);
    chat.write(Buffer.from('x'));
    await once(chat, 'data');
    chat.cancel();
    await eventually(() => expect(echo.cancelled).toBe(1));
  });

  it('holds a call until a replica is ready', async () => {
    await begin({}, false);
    const ended = caller.unary(METHODS.unary, CHAT);
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_held')).toContainEqual(expect.stringMatching(/ 1$/)),
    );
    expect(fixture.schedulers.wakes).toEqual(['w1']);
    fixture.source.report('present', replica('late', { address: await echo.listen() }));
    expect((await ended).messages).toEqual(['hello']);
  });

  describe('names its workload', () => {
    it.each([
      {
        how: 'by host',
        domain: 'models.example',
        authority: `${servingLabel('p1', 'chat')}.models.example`,
        metadata: {},
      },
      { how: 'by metadata', authority: 'g', metadata: CHAT },
      {
        how: 'by metadata beside hosts',
        domain: 'models.example',
        authority: 'gateway.example',
        metadata: CHAT,
      },
      { how: 'by path', authority: 'g', metadata: {}, path: `/p1/chat${METHODS.unary}` },
    ])('$how', async ({ domain, authority, metadata, path = METHODS.unary }) => {
      await begin(domain === undefined ? {} : { domain });
      const session = connect(fixture.url);
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        ':authority': authority,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...metadata,
      });
      stream.end(Buffer.from([0, 0, 0, 0, 1, 65]));
      const trailers = once(stream, 'trailers') as Promise<[Record<string, string>]>;
      expect(await text(stream)).toBe('\0\0\0\0\x01A');
      expect((await trailers)[0]['grpc-status']).toBe('0');
      session.destroy();
    });

    it('by its host alone where that is one of a workload', async () => {
      await begin({ domain: 'models.example' });
      const session = connect(fixture.url);
      const stream = session.request({
        ':method': 'POST',
        ':path': METHODS.unary,
        ':authority': `${servingLabel('p1', 'other')}.models.example`,
        'content-type': 'application/grpc',
        ...CHAT,
      });
      const [head] = (await once(stream, 'response')) as [Record<string, string>];
      expect(head['grpc-status']).toBe(String(status.UNAUTHENTICATED));
      session.destroy();
    });
  });

  describe('gives errors of the gateway as a status', () => {
    it.each([
      { when: 'no workload is named', metadata: {}, code: status.NOT_FOUND, details: /x-tessera-workload/ },
      {
        when: 'there is no credential',
        metadata: { 'x-tessera-workload': 'p1/other' },
        code: status.UNAUTHENTICATED,
        details: /credential/,
      },
    ])('where $when', async ({ metadata, code, details }) => {
      await begin();
      const ended = await caller.unary(METHODS.unary, metadata);
      expect([ended.code, ended.details]).toEqual([code, expect.stringMatching(details)]);
    });

    it('UNIMPLEMENTED where the workload does not speak gRPC', async () => {
      await begin();
      fixture.source.setWorkload({ uid: 'owner-w2', workloadId: 'w2', workload: 'web' });
      const ended = await caller.unary(METHODS.unary, { 'x-tessera-workload': 'p1/web' });
      expect([ended.code, ended.details]).toEqual([
        status.UNIMPLEMENTED,
        expect.stringContaining('protocol'),
      ]);
    });

    it('RESOURCE_EXHAUSTED where all replicas are busy', async () => {
      await begin({ holdMs: 50 });
      fixture.source.setWorkload({ ...GRPC, concurrencyHardLimit: 1 });
      const busy = caller.chat(CHAT);
      busy.on('error', () => undefined);
      busy.write(Buffer.from('x'));
      await once(busy, 'data');
      const ended = await caller.unary(METHODS.unary, CHAT);
      expect([ended.code, ended.trailers.get('x-tessera-reason')]).toEqual([
        status.RESOURCE_EXHAUSTED,
        ['Saturated'],
      ]);
      busy.cancel();
    });

    it('UNAVAILABLE where no replica becomes ready in time', async () => {
      await begin({ holdMs: 50 }, false);
      const ended = await caller.unary(METHODS.unary, CHAT);
      expect([ended.code, ended.trailers.get('retry-after')]).toEqual([status.UNAVAILABLE, ['5']]);
    });

    it('UNAVAILABLE where the replica refuses the connection, or breaks a call off', async () => {
      await begin({}, false);
      fixture.source.report('present', replica('dead', { address: await deadAddress() }));
      expect((await caller.unary(METHODS.unary, CHAT)).code).toBe(status.UNAVAILABLE);
      fixture.source.report('gone', replica('dead'));
      fixture.source.report('present', replica('b', { address: await echo.listen() }));
      const chat = caller.chat(CHAT);
      const ended = new Promise((resolve) => chat.once('status', resolve));
      chat.on('error', () => undefined);
      chat.write(Buffer.from('x'));
      await once(chat, 'data');
      echo.close();
      expect(await ended).toMatchObject({
        code: status.UNAVAILABLE,
        details: expect.stringContaining('before its response was complete') as string,
      });
    });

    it('DEADLINE_EXCEEDED while it waits, and while a replica works', async () => {
      await begin({}, false);
      const late = (path: string): Promise<string> =>
        // A client library would end its call itself; this one only states its time.
        statusOf(fixture, path, '50m');
      expect(await late(METHODS.unary)).toBe(String(status.DEADLINE_EXCEEDED));
      fixture.source.report('present', replica('a', { address: await echo.listen() }));
      expect(await late(METHODS.never)).toBe(String(status.DEADLINE_EXCEEDED));
      await eventually(() => expect(echo.cancelled).toBe(1));
    });
  });

  it('reaches a replica that ends its connections while they are idle, with what is left of the deadline', async () => {
    await begin({}, false);
    let sessions = 0;
    const server = createServer();
    server.on('session', (session) => {
      sessions += 1;
      session.setTimeout(80, () => session.destroy());
    });
    const timeouts = new Set<string>();
    server.on('stream', (stream, headers) => {
      timeouts.add(String(headers['grpc-timeout']));
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    fixture.source.report('present', replica('short', { address }));
    const codes = new Set<string>();
    for (let index = 0; index < 40; index += 1) {
      codes.add(await statusOf(fixture, METHODS.unary, '10S'));
      await new Promise((resolve) => setTimeout(resolve, (index % 20) * 8));
    }
    expect([...codes]).toEqual(['0']);
    expect(sessions).toBeGreaterThan(1);
    expect([...timeouts]).toEqual([...timeouts].filter((one) => /^(?:10000|9\d{3})m$/.test(one)));
    await new Promise((resolve) => server.close(resolve));
  });

  it('serves a client of HTTP/1.1 too, with trailers where it reads them', async () => {
    await begin();
    const request = httpRequest(`${fixture.url}${METHODS.unary}`, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc', te: 'trailers', ...CHAT },
    });
    request.end(Buffer.from([0, 0, 0, 0, 1, 65]));
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(await text(answer)).toBe('\0\0\0\0\x01A');
    expect(answer.trailers).toMatchObject({ 'grpc-status': '0', 'x-trailer': 'trailer' });
  });
});

/** The status of a call whose client states a time and leaves it to others. */
async function statusOf(fixture: Fixture, path: string, timeout: string): Promise<string> {
  const session = connect(fixture.url);
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    'grpc-timeout': timeout,
    te: 'trailers',
    ...CHAT,
  });
  let found = '';
  const note = (headers: Record<string, unknown>): void => {
    if (headers['grpc-status'] !== undefined) found = String(headers['grpc-status']);
  };
  stream.on('response', note);
  stream.on('trailers', note);
  stream.on('error', () => undefined).resume();
  stream.end(Buffer.from([0, 0, 0, 0, 1, 65]));
  await once(stream, 'close');
  session.destroy();
  return found;
}
