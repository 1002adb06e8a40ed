import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { maybe } from '@tessera/kernel';
import { eventually } from '@tessera/testing-services/eventually';
import { deadAddress, gatewayFixture, nextChunk, open, replica } from './testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const LABELS = 'workload_id="w1",project="p1",workload="chat"';

/** Responds with what the replica received. */
const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await text(request);
  const { method, url, headers } = request;
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ method, url, headers, body }));
};

const named =
  (pod: string) =>
  (_: IncomingMessage, response: ServerResponse): unknown =>
    response.end(pod);

const answerOf = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
};

describe('the gateway', () => {
  let fixture: Fixture;
  const begin = async (options?: Parameters<typeof gatewayFixture>[0]): Promise<Fixture> =>
    (fixture = await gatewayFixture(options));
  const url = (path = ''): string => `${fixture.url}/p1/chat${path}`;
  afterEach(() => fixture.close());

  describe('passing on', () => {
    it('forwards the rest of the path, the query, the body and the client address to the replica', async () => {
      await begin();
      await fixture.serve('a', (request, response) => void echo(request, response));
      const { body } = await answerOf(url('/v1/chat?n=1'), { method: 'POST', body: 'hello' });
      const got = JSON.parse(body) as { method: string; url: string; body: string; headers: object };
      expect(got).toMatchObject({ method: 'POST', url: '/v1/chat?n=1', body: 'hello' });
      expect(got.headers).toMatchObject({
        'content-length': '5',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-prefix': '/p1/chat',
      });
    });

    it('streams the response: bytes arrive before the replica has ended', async () => {
      await begin();
      let reply: ServerResponse | undefined;
      await fixture.serve('a', (_, response) => {
        reply = response;
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      });
      const { request, answered } = open(url());
      request.end();
      const answer = await answered;
      expect(answer.headers['content-type']).toBe('text/event-stream');
      for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
        const chunk = nextChunk(answer);
        reply?.write(event);
        expect(await chunk).toBe(event);
      }
      reply?.end();
      expect(await text(answer)).toBe('');
    });

    it('streams the request: the replica reads the first part before the last was sent', async () => {
      await begin();
      const parts: string[] = [];
      await fixture.serve('a', (request, response) => {
        request.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
        request.on('end', () => response.end('got it'));
      });
      const { request, answered } = open(url(), 'POST');
      request.write('part 1');
      await eventually(() => expect(parts).toEqual(['part 1']));
      request.end('part 2');
      expect(await text(await answered)).toBe('got it');
      expect(parts).toEqual(['part 1', 'part 2']);
    });

    it('carries ten megabytes both ways unchanged', async () => {
      await begin();
      await fixture.serve('a', (request, response) => void request.pipe(response));
      const sent = Buffer.alloc(10_000_000, 'tessera');
      const response = await fetch(url(), { method: 'POST', body: sent });
      expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true);
    });

    it('forwards an error response that comes before the body was read', async () => {
      await begin();
      await fixture.serve('a', (_, response) => void response.writeHead(413).end('too large'));
      const { request, answered } = open(url(), 'POST');
      request.on('error', () => undefined);
      request.write('x');
      const answer = await answered;
      expect([answer.statusCode, await text(answer)]).toEqual([413, 'too large']);
      request.destroy();
    });

    it('spreads requests over the replicas and avoids the busy one', async () => {
      await begin();
      await fixture.serve('busy', () => undefined);
      const { request } = open(url());
      request.on('error', () => undefined).end();
      await eventually(async () =>
        expect(await fixture.series('tessera_gateway_in_flight')).toEqual([
          `tessera_gateway_in_flight{${LABELS},pod="busy"} 1`,
        ]),
      );
      await fixture.serve('b', named('b'));
      await fixture.serve('c', named('c'));
      const bodies = [];
      for (let index = 0; index < 6; index += 1) bodies.push((await answerOf(url())).body);
      expect(new Set(bodies)).toEqual(new Set(['b', 'c']));
      request.destroy();
    });
  });

  describe('when a replica fails', () => {
    it.each([
      { method: 'GET', body: undefined },
      { method: 'POST', body: 'prompt' },
    ])('asks another one when the first refuses the connection ($method)', async ({ method, body }) => {
      await begin();
      fixture.source.report('present', replica('dead', { address: await deadAddress() }));
      await fixture.serve('alive', async (request, response) => response.end(`alive ${await text(request)}`));
      const bodies = [];
      for (let index = 0; index < 4; index += 1)
        bodies.push((await answerOf(url(), { method, ...maybe('body', body) })).body);
      expect(bodies).toEqual(Array(4).fill(`alive ${body ?? ''}`));
      expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toContain(
        `tessera_gateway_requests_total{${LABELS},pod="alive",code="200"} 4`,
      );
    });

    it('returns 502 without the name of the pod when there is no other replica', async () => {
      await begin();
      fixture.source.report('present', replica('dead', { address: await deadAddress() }));
      const { status, body } = await answerOf(url());
      expect(status).toBe(502);
      expect(JSON.parse(body)).toEqual({
        code: 502,
        message: 'The replica sent an invalid response',
      });
    });

    it('does not send a prompt twice when the connection breaks', async () => {
      await begin();
      let calls = 0;
      const breakOff = (request: IncomingMessage): void => {
        calls += 1;
        request.socket.destroy();
      };
      await fixture.serve('a', breakOff);
      await fixture.serve('b', breakOff);
      expect((await answerOf(url(), { method: 'POST', body: 'prompt' })).status).toBe(502);
      expect(calls).toBe(1);
    });

    it('sends a GET again when the connection breaks before the answer', async () => {
      await begin();
      let calls = 0;
      await fixture.serve('a', (request, response) => {
        calls += 1;
        if (calls === 1) request.socket.destroy();
        else response.end('second time');
      });
      expect((await answerOf(url())).body).toBe('second time');
    });

    it('cuts the response off where the replica did, so that no client takes it for complete', async () => {
      await begin();
      await fixture.serve('a', (request, response) => {
        response.write('half', () => request.socket.destroy());
      });
      const response = await fetch(url());
      await expect(response.text()).rejects.toThrow();
      await eventually(async () =>
        expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toContain(
          `tessera_gateway_requests_total{${LABELS},pod="a",code="502"} 1`,
        ),
      );
    });
  });

  describe('without a ready replica', () => {
    it('holds requests with their bodies until one is ready', async () => {
      await begin();
      fixture.source.report('present', replica('early', { ready: false }));
      const answers = [1, 2, 3].map((n) => answerOf(url(), { method: 'POST', body: `prompt ${n}` }));
      await eventually(async () =>
        expect(await fixture.series('tessera_gateway_held')).toEqual([`tessera_gateway_held{${LABELS}} 3`]),
      );
      await fixture.serve('a', async (request, response) => response.end(await text(request)));
      const bodies = (await Promise.all(answers)).map(({ body }) => body);
      expect(bodies).toEqual(['prompt 1', 'prompt 2', 'prompt 3']);
      expect(await fixture.series('tessera_gateway_held')).toEqual([`tessera_gateway_held{${LABELS}} 0`]);
    });

    it('returns 503 without names of pods after the wait limit', async () => {
      await begin({ holdMs: 20 });
      fixture.source.report(
        'present',
        replica('a', { ready: false, obstacle: 'is Pending (ImagePullBackOff) and not ready' }),
      );
      const { status, headers, body } = await answerOf(url());
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      expect(JSON.parse(body)).toEqual({
        code: 503,
        message: 'No replica became ready in time',
      });
      expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toContain(
        `tessera_gateway_requests_total{${LABELS},pod="",code="503"} 1`,
      );
    });

    it('returns 503 at once when too many requests wait', async () => {
      await begin({ holdLimit: 1 });
      fixture.source.report('present', replica('a', { ready: false }));
      const waiting = open(url());
      waiting.request.on('error', () => undefined).end();
      await eventually(async () =>
        expect(await fixture.series('tessera_gateway_held')).toEqual([`tessera_gateway_held{${LABELS}} 1`]),
      );
      const { status, body } = await answerOf(url());
      expect([status, body]).toEqual([
        503,
        expect.stringContaining('Too many requests are waiting for a replica; retry after 5 s'),
      ]);
      waiting.request.destroy();
    });

    it('releases the slot of a client that has disconnected', async () => {
      await begin();
      fixture.source.report('present', replica('a', { ready: false }));
      const { request } = open(url());
      request.on('error', () => undefined).end();
      await eventually(async () =>
        expect(await fixture.series('tessera_gateway_held')).toEqual([`tessera_gateway_held{${LABELS}} 1`]),
      );
      request.destroy();
      await eventually(async () =>
        expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toContain(
          `tessera_gateway_requests_total{${LABELS},pod="",code="499"} 1`,
        ),
      );
    });
  });

  describe('for a workload that does not exist', () => {
    it.each([
      {
        path: '/p1/other/x',
        code: 401,
        message:
          'Send a valid credential: "Authorization: Bearer <token or serving key>", or "x-api-key: <serving key>"',
      },
      {
        path: '/p1',
        code: 404,
        message: 'The path names no workload; it must begin with /<project>/<workload>/',
      },
    ])('returns $code without a credential at $path', async ({ path, code, message }) => {
      await begin();
      const { status, body } = await answerOf(fixture.url + path);
      expect([status, JSON.parse(body)]).toEqual([code, { code, message }]);
    });

    it('returns 503 until the replicas are known', async () => {
      await begin();
      fixture.source.synced = false;
      expect((await answerOf(url())).status).toBe(503);
      expect(await answerOf(`${fixture.adminUrl}/readyz`)).toMatchObject({
        status: 503,
        body: 'pods: the first list is not loaded\n',
      });
      fixture.source.synced = true;
      expect((await answerOf(`${fixture.adminUrl}/readyz`)).status).toBe(200);
    });
  });

  it('cancels the call when the client leaves', async () => {
    await begin();
    let cancelled = false;
    await fixture.serve('a', (_, response) => {
      response.write('first');
      response.on('close', () => (cancelled = true));
    });
    const { request, answered } = open(url());
    request.on('error', () => undefined).end();
    const answer = await answered;
    answer.on('error', () => undefined);
    await nextChunk(answer);
    request.destroy();
    await eventually(async () => {
      expect(cancelled).toBe(true);
      expect(await fixture.series('tessera_gateway_in_flight')).toEqual([
        `tessera_gateway_in_flight{${LABELS},pod="a"} 0`,
      ]);
    });
    expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toContain(
      `tessera_gateway_requests_total{${LABELS},pod="a",code="499"} 1`,
    );
  });

  it('measures count, code and duration of each pod', async () => {
    await begin();
    await fixture.serve('a', (request, response) => {
      response.writeHead(request.url === '/bad' ? 500 : 200).end();
    });
    for (const path of ['/', '/', '/bad']) await answerOf(url(path));
    expect(await fixture.series('tessera_gateway_requests_total{workload_id="w1"')).toEqual([
      `tessera_gateway_requests_total{${LABELS},pod="a",code="200"} 2`,
      `tessera_gateway_requests_total{${LABELS},pod="a",code="500"} 1`,
    ]);
    expect(await fixture.series('tessera_gateway_request_duration_seconds_count')).toEqual([
      `tessera_gateway_request_duration_seconds_count{${LABELS},pod="a"} 3`,
    ]);
  });

  describe('when it stops', () => {
    const replyOf = async (drainMs: number) => {
      await begin({ drainMs });
      const replies: ServerResponse[] = [];
      await fixture.serve('a', (_, response) => replies.push(response));
      const inFlight = answerOf(url());
      fixture.source.setWorkload({ uid: 'owner-w2', workloadId: 'w2', project: 'p2' });
      const waiting = answerOf(`${fixture.url}/p2/chat`);
      await eventually(async () => {
        expect(replies).toHaveLength(1);
        expect(await fixture.series('tessera_gateway_held{workload_id="w2"')).toEqual([
          'tessera_gateway_held{workload_id="w2",project="p2",workload="chat"} 1',
        ]);
      });
      return { reply: (text: string) => replies[0]?.end(text), inFlight, waiting };
    };

    it('finishes requests in flight and accepts no new ones', async () => {
      const { reply, inFlight } = await replyOf(500);
      const stopped = fixture.stop();
      reply('done');
      expect(await inFlight).toMatchObject({ status: 200, body: 'done' });
      await stopped;
      await expect(fetch(url())).rejects.toThrow();
    });

    it('still gives held requests a replica that is ready in time', async () => {
      const { reply, waiting } = await replyOf(20_000);
      const stopped = fixture.stop();
      await fixture.serve('b', named('b'), { project: 'p2', workloadId: 'w2' });
      expect(await waiting).toMatchObject({ status: 200, body: 'b' });
      reply('done');
      await stopped;
    });

    it('returns 503 to requests that are held to the end', async () => {
      const { reply, waiting } = await replyOf(300);
      const stopped = fixture.stop();
      expect(await waiting).toMatchObject({
        status: 503,
        body: expect.stringContaining('is stopping') as string,
      });
      reply('done');
      await stopped;
    });
  });

  it.each(['/metrics', '/readyz', '/livez', '/metrics/', '/metrics?x'])(
    'does not serve %s on the traffic port',
    async (path) => {
      await begin();
      await fixture.serve('a', named('a'));
      expect((await answerOf(fixture.url + path)).status).toBe(404);
      expect((await answerOf(`${fixture.adminUrl}/metrics`)).body).toContain('pod="a"');
    },
  );
});
