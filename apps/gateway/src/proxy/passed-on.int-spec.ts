import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture } from '../testing/gateway-fixture';

describe('what is forwarded between a client and a replica', () => {
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  beforeEach(async () => (fixture = await gatewayFixture({ drainMs: 100 })));
  afterEach(() => fixture.close());

  describe('HEAD over HTTP/1.1', () => {
    it.each([
      ['a length', { 'content-length': '5' }],
      ['chunks', { 'transfer-encoding': 'chunked' }],
      ['neither', {}],
    ])('has the head of the replica and no body, and the connection goes on: %s', async (_, headers) => {
      const seen: string[] = [];
      await fixture.serve('a', (request, response) => {
        seen.push(`${request.method} ${request.url}`);
        if (request.method === 'HEAD') response.writeHead(200, { 'x-a': 'b', ...headers }).end();
        else response.end('hello');
      });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ask = async (method: string) => {
        const request = httpRequest(`${fixture.url}/p1/chat/${method}`, { method, agent }).end();
        const [answer] = (await once(request, 'response')) as [IncomingMessage];
        const body = await text(answer);
        const { statusCode: status, headers: got } = answer;
        return { status, headers: got, body, connection: got.connection };
      };
      const head = await ask('HEAD');
      expect(head).toMatchObject({ status: 200, headers: { 'x-a': 'b' }, body: '' });
      expect(head.headers['content-length']).toBe(headers['content-length' as never]);
      const next = await ask('GET');
      expect([next.body, head.connection]).toEqual(['hello', 'keep-alive']);
      expect(seen).toEqual(['HEAD /HEAD', 'GET /GET']);
      agent.destroy();
    });

    it('of an error of the gateway has no body either', async () => {
      const [host = '', port] = fixture.address.split(':');
      const socket = connect(Number(port), host);
      const got = text(socket);
      socket.write('HEAD /p1/secret/ HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n');
      expect(await got).toMatch(/^HTTP\/1\.1 401 [^]*\r\n\r\n$/);
    });
  });

  describe('trailers of a request stay here, and its body arrives whole', () => {
    const received: { body: string; trailers: object; named: unknown }[] = [];
    const serve = (): Promise<unknown> => {
      received.length = 0;
      return fixture.serve('a', (request, response) => {
        void text(request).then((body) => {
          received.push({ body, trailers: request.trailers, named: request.headers.trailer });
          response.end('served');
        });
      });
    };
    const WHOLE = [{ body: 'hello', trailers: {}, named: undefined }];

    it.each(['/p1/chat/', '/p1/chat/v1/chat/completions'])('over HTTP/1.1: %s', async (path) => {
      await serve();
      const headers = { trailer: 'x-checksum', 'transfer-encoding': 'chunked' };
      const request = httpRequest(fixture.url + path, { method: 'POST', headers });
      request.addTrailers({ 'x-checksum': '1' });
      request.end('hello');
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      expect([answer.statusCode, await text(answer)]).toEqual([200, 'served']);
      expect(received).toEqual(WHOLE);
    });

    it('over HTTP/2', async () => {
      await serve();
      const session = connectHttp2(fixture.url);
      const stream = session.request(
        { ':method': 'POST', ':path': '/p1/chat/', trailer: 'x-checksum' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-checksum': '1' }));
      stream.end('hello');
      expect(await text(stream)).toBe('served');
      expect(received).toEqual(WHOLE);
      session.destroy();
    });
  });

  describe('limits that a replica states of itself', () => {
    const OF_REPLICA = { 'x-ratelimit-limit-requests': '7', 'x-ratelimit-remaining-images': '3' };
    const stated = async (): Promise<Record<string, string>> => {
      const answer = await fetch(`${fixture.url}/p1/chat/`);
      await answer.text();
      return Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('x-ratelimit-')));
    };
    beforeEach(() =>
      fixture.serve('a', (_, response) => void response.writeHead(200, OF_REPLICA).end('served')),
    );

    it('pass where the gateway states none', async () => {
      expect(await stated()).toEqual(OF_REPLICA);
      fixture.limitsOf.update([{ scope: 'project', name: 'p1', limits: { requestsInFlight: 9 } }]);
      expect(await stated()).toEqual(OF_REPLICA);
    });

    it('do not where it does', async () => {
      fixture.limitsOf.update([{ scope: 'project', name: 'p1', limits: { requestsPerMinute: 100 } }]);
      await eventually(async () =>
        expect(await stated()).toEqual({
          'x-ratelimit-limit-requests': '100',
          'x-ratelimit-remaining-requests': expect.stringMatching(/^\d\d$/) as string,
          'x-ratelimit-reset-requests': expect.any(String) as string,
        }),
      );
    });

    it('do not matter where it fails: the gateway states its own', async () => {
      fixture.limitsOf.update([{ scope: 'project', name: 'p1', limits: { requestsPerMinute: 100 } }]);
      await fixture.serve('a', (_, response) => response.destroy());
      await eventually(async () =>
        expect(await stated()).toMatchObject({ 'x-ratelimit-limit-requests': '100' }),
      );
    });
  });
});
