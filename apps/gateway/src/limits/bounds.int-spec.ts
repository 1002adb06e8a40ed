import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, open } from '../testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

describe('limits of what callers take', () => {
  let fixture: Fixture;
  const sockets: Socket[] = [];
  const begin = async (options: Parameters<typeof gatewayFixture>[0]): Promise<Fixture> =>
    (fixture = await gatewayFixture({ drainMs: 50, ...options }));
  const url = (): string => `${fixture.url}/p1/chat/`;
  /** A connection that sends this, and more as the spec says. */
  function caller(bytes: string): Socket & { text: () => string } {
    const [host, port] = fixture.address.split(':');
    const socket = connect(Number(port), host);
    sockets.push(socket);
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.write(bytes);
    return Object.assign(socket, { text: () => received });
  }
  const head = (more: string): string => `POST /p1/chat/ HTTP/1.1\r\nHost: g\r\n${more}\r\n\r\n`;
  const closed = (socket: Socket): Promise<unknown> => eventually(() => expect(socket.closed).toBe(true));
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await fixture.close();
  });

  it.each([
    ['streamed to a replica', '/p1/chat/'],
    ['read for its model', '/v1/chat/completions'],
    ['read for its tokens', '/p1/chat/v1/chat/completions'],
  ])(
    'close a connection whose body arrives too slowly, though it is never idle for long: %s',
    async (_, path) => {
      await begin({ paceMs: 100, leastBytes: 50 });
      await fixture.serve('a', (request) => void request.resume());
      const socket = caller(head('Content-Length: 100000').replace('/p1/chat/', path));
      const drip = setInterval(() => socket.writable && socket.write(' '), 20);
      await closed(socket);
      clearInterval(drip);
      await eventually(async () =>
        expect(await fixture.series('tessera_gateway_in_flight')).toEqual([expect.stringMatching(/ 0$/)]),
      );
    },
  );

  it('close a connection that reads the response too slowly', async () => {
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
    const socket = caller('GET /p1/chat/ HTTP/1.1\r\nHost: g\r\n\r\n');
    socket.removeAllListeners('data');
    socket.pause();
    await eventually(() => expect(cancelled).toBe(true));
  });

  it('keep a connection that waits for a slow replica, and a body that the replica reads slowly', async () => {
    await begin({ paceMs: 50, leastBytes: 50 });
    await fixture.serve('a', (request, response) => {
      request.pause();
      setTimeout(() => response.end('thought'), 400);
    });
    const quiet = caller('GET /p1/chat/ HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n');
    const loaded = caller(head('Content-Length: 4000000\r\nConnection: close'));
    loaded.write(Buffer.alloc(4_000_000));
    for (const socket of [quiet, loaded]) await eventually(() => expect(socket.text()).toMatch(/thought/));
  });

  it.each([
    ['an announced one at once', 'Content-Length: 101', ''],
    ['a chunked one when it is', 'Transfer-Encoding: chunked', `65\r\n${'x'.repeat(101)}\r\n`],
  ])('refuse a body that is too large, %s', async (_, more, body) => {
    await begin({ bodyBytes: 100 });
    await fixture.serve('a', (request) => void request.resume());
    const socket = caller(head(more) + body);
    await closed(socket);
    expect(socket.text()).toMatch(/^HTTP\/1\.1 413 [^]*BodyTooLarge[^]*limit of 100 bytes/);
  });

  it('accept a body of the maximum size', async () => {
    await begin({ bodyBytes: 100 });
    await fixture.serve('a', (request, response) => {
      let length = 0;
      request.on('data', (chunk: Buffer) => (length += chunk.length));
      request.on('end', () => response.end(`${length} bytes`));
    });
    const chunked = { duplex: 'half', body: new Blob(['x'.repeat(100)]).stream() } as RequestInit;
    for (const init of [{ body: 'x'.repeat(100) }, chunked])
      expect(await (await fetch(url(), { method: 'POST', ...init })).text()).toBe('100 bytes');
  });

  it.each([
    ['before the first byte', { firstByteMs: 200 }, 504],
    ['within a response', { streamIdleMs: 200 }, 200],
  ])('end a request whose replica sends nothing for too long, %s', async (_, limits, status) => {
    await begin(limits);
    await fixture.serve('a', (_request, response) => void (status === 200 && response.write('begun')));
    const { request, answered } = open(url());
    request.end();
    const response = await answered;
    expect(response.statusCode).toBe(status);
    response.resume();
    if (status === 200) await once(response, 'error');
  });

  it('end a request whose replica stops reading it, and none whose client sends slowly', async () => {
    await begin({ firstByteMs: 300 });
    await fixture.serve('a', (sent, response) => {
      if (sent.headers['x-reads'] === 'yes') sent.resume().on('end', () => response.end('read'));
    });
    const slow = open(url(), 'POST');
    slow.request.setHeader('x-reads', 'yes');
    slow.request.write('a');
    const stuck = open(url(), 'POST');
    stuck.request.on('error', () => undefined).write(Buffer.alloc(32 * 1_048_576));
    expect((await stuck.answered).statusCode).toBe(504);
    // It has sent nothing for longer than the timeout of the replica.
    slow.request.end('b');
    expect((await slow.answered).statusCode).toBe(200);
  });

  it('refuse requests over the bound of open ones, of one caller before others', async () => {
    await begin({ openTotal: 10 });
    const waiting: ServerResponse[] = [];
    await fixture.serve('a', (_, response) => waiting.push(response));
    const answers = Array.from({ length: 10 }, () => fetch(url()));
    const refused = await Promise.any(
      answers.map(async (one) => {
        const answer = await one;
        return answer.status === 429 ? answer : Promise.reject(new Error('served'));
      }),
    );
    expect([refused.headers.get('x-tessera-reason'), refused.headers.get('retry-after')]).toEqual([
      'GatewayFull',
      '1',
    ]);
    await eventually(() => expect(waiting).toHaveLength(8));
    for (const response of waiting) response.end();
    const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(8).fill(200), 429, 429]);
  });

  describe('of a request that offers an upgrade', () => {
    const offering = (more: string): string => head(`Connection: Upgrade\r\nUpgrade: h2c\r\n${more}`);

    it('refuse a body that is too large', async () => {
      await begin({ bodyBytes: 100 });
      const socket = caller(offering('Content-Length: 101'));
      await closed(socket);
      expect(socket.text()).toMatch(/^HTTP\/1\.1 413 /);
    });

    it('do not end it for its silence while it waits for a replica', async () => {
      await begin({ idleMs: 50 });
      fixture.source.setWorkload({});
      const socket = caller(offering('Content-Length: 0'));
      await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
      // As long as several idle times.
      await fixture.reported(10);
      await fixture.serve('a', (_, response) => response.end('served'));
      await closed(socket);
      expect(socket.text()).toMatch(/^HTTP\/1\.1 200 /);
    });
  });
});
