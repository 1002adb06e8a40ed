import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, nextChunk, open } from '../testing/gateway-fixture';
import { delta, ofStream, USAGE, USAGE_EVENT } from './testing';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;
type Fields = Record<string, unknown>;

const STREAM = { model: 'chat', messages: [{ role: 'user', content: 'x'.repeat(36) }], stream: true };

describe('the token usage of a request', () => {
  let fixture: Fixture;
  /** Requests as the model server got them. */
  let received: {
    readonly body: unknown;
    readonly url?: string | undefined;
    readonly headers: IncomingMessage['headers'];
  }[];
  beforeEach(async () => {
    fixture = await gatewayFixture({ quietPaths: ['/health'] });
    received = [];
  });
  afterEach(() => fixture.close());

  const model = (answer: (response: ServerResponse, body: Fields) => void): Promise<unknown> => {
    const listener: RequestListener = (request, response) =>
      void json(request).then((body) => {
        received.push({ body, url: request.url, headers: request.headers });
        answer(response, body as Fields);
      });
    return fixture.serve('a', listener);
  };
  const streaming = (response: ServerResponse): ServerResponse =>
    response.writeHead(200, { 'content-type': 'text/event-stream' });
  /** As common servers do: usage where it is asked for. */
  const streamed = (): Promise<unknown> =>
    model((response, { stream_options: options }) => {
      const asked = (options as Fields | undefined)?.['include_usage'] === true;
      const events = [delta(''), delta('Hel'), delta('lo')].map((one) =>
        asked ? { ...one, usage: null } : one,
      );
      streaming(response).end(ofStream(...events, ...(asked ? [USAGE_EVENT] : []), '[DONE]'));
    });
  const ask = (body: Fields, path = 'v1/chat/completions', headers: Record<string, string> = {}) =>
    fetch(`${fixture.url}/p1/chat/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const tokens = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await fixture.series('tessera_gateway_tokens_total{')).map((line) => {
        const [, kind, estimated, value] = /kind="(\w+)",estimated="(\w+)"\} (\d+)$/.exec(line) ?? [];
        return [`${kind}${estimated === 'true' ? ' (estimated)' : ''}`, Number(value)];
      }),
    );
  const usage = async () => {
    await eventually(() => expect(fixture.schedulers.usage).not.toEqual([]));
    return fixture.schedulers.usage.map(({ minute: _minute, sequence: _sequence, ...rest }) => rest);
  };
  const COUNTED = { requests: 1, inputTokens: 12, cachedTokens: 0, outputTokens: 3 };

  it('is requested by the gateway, and removed from the stream of a client that did not request it', async () => {
    await streamed();
    const answer = await ask(STREAM);
    expect(await answer.text()).toBe(ofStream(delta(''), delta('Hel'), delta('lo'), '[DONE]'));
    expect(received).toMatchObject([
      {
        body: { ...STREAM, stream_options: { include_usage: true } },
        headers: { 'accept-encoding': 'identity' },
      },
    ]);
    expect(await tokens()).toEqual({ input: 12, cached: 0, output: 3 });
    expect(await usage()).toEqual([{ workloadId: 'w1', model: 'chat', ...COUNTED }]);
  });

  it.each(['/v1/%63hat/completions', '/v1%2Fchat%2fcompletions?x', '//v1/./chat/x/%2e./completions/'])(
    'is found however the path is written, which goes on as it is: %s',
    async (path) => {
      await streamed();
      const [host = '', port] = fixture.address.split(':');
      const request = httpRequest({ host, port, path: `/p1/chat${path}`, method: 'POST', agent: false });
      request.end(JSON.stringify(STREAM));
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      answer.resume();
      await once(answer, 'end');
      expect(received[0]?.url).toBe(path);
      expect(await tokens()).toEqual({ input: 12, cached: 0, output: 3 });
    },
  );

  it('is forwarded to a client that requested it, and the request is unchanged', async () => {
    await streamed();
    const asking = { ...STREAM, stream_options: { include_usage: true } };
    const events = [delta(''), delta('Hel'), delta('lo')].map((one) => ({ ...one, usage: null }));
    expect(await (await ask(asking)).text()).toBe(ofStream(...events, USAGE_EVENT, '[DONE]'));
    expect(received[0]?.body).toEqual(asking);
    expect(await tokens()).toEqual({ input: 12, cached: 0, output: 3 });
  });

  it.each([
    {
      asks: 'does not ask',
      more: {},
      counted: { 'input (estimated)': 75_000, 'cached (estimated)': 0, 'output (estimated)': 2 },
    },
    {
      asks: 'asks',
      more: { stream_options: { include_usage: true } },
      counted: { input: 12, cached: 0, output: 3 },
    },
  ])(
    'is that of the server, or an estimate, where the request is longer than 256 KiB and its client $asks',
    async ({ more, counted }) => {
      await streamed();
      const long = { ...STREAM, messages: [{ role: 'user', content: 'x'.repeat(300_000) }], ...more };
      await (await ask(long)).text();
      expect(received[0]?.body).toEqual(long);
      const all = Object.entries(await tokens());
      expect(all.map(([kind]) => kind).sort()).toEqual(Object.keys(counted).sort());
      for (const [kind, count] of all) {
        const due: number = counted[kind as never];
        expect(Math.abs(count - due)).toBeLessThanOrEqual(due / 100);
      }
    },
  );

  it('is read from a whole response, which is forwarded unchanged, and counts for the key', async () => {
    const text = JSON.stringify({ choices: [{ message: { content: 'Hi' } }], usage: USAGE });
    await model((response) => response.setHeader('content-type', 'application/json').end(text));
    const digest = createHash('sha256').update('tsk-secret').digest('base64url');
    const key = { id: 'k1', name: 'batch', digest };
    const scope = { projects: ['p1'], workloads: [] };
    fixture.callers.update({ keys: [{ ...key, scope, limits: {}, priority: 'normal' }], subjects: [] });
    const authorization = 'Bearer tsk-secret';
    const answer = await ask({ model: 'chat', messages: [] }, undefined, { authorization });
    expect(await answer.text()).toBe(text);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
    expect(await usage()).toEqual([{ workloadId: 'w1', keyId: 'k1', model: 'chat', ...COUNTED }]);
    expect(await fixture.series('tessera_gateway_time_per_output_token_seconds_count')).toEqual([
      expect.stringMatching(/answer="whole".* 1$/),
    ]);
    expect(await fixture.series('tessera_gateway_inter_token_seconds_count')).toEqual([]);
  });

  it('is shown with the time to the first token, and between two of them', async () => {
    await streamed();
    await (await ask(STREAM)).text();
    for (const [name, count] of [
      ['time_to_first_token_seconds', 1],
      ['inter_token_seconds', 1],
      ['time_per_output_token_seconds', 1],
    ] as const)
      expect(await fixture.series(`tessera_gateway_${name}_count`)).toEqual([
        expect.stringMatching(new RegExp(`workload_id="w1".* ${count}$`)),
      ]);
  });

  it('is measured while every event is forwarded immediately', async () => {
    let upstream: ServerResponse | undefined;
    await model((response) => {
      upstream = streaming(response);
      upstream.write(ofStream(delta('Hel')));
    });
    const { request, answered } = open(`${fixture.url}/p1/chat/v1/chat/completions`, 'POST');
    request.end(JSON.stringify(STREAM));
    const response = await answered;
    expect(await nextChunk(response)).toBe(ofStream(delta('Hel')));
    upstream?.write(ofStream(delta('lo')));
    expect(await nextChunk(response)).toBe(ofStream(delta('lo')));
    const ended = once(response.resume(), 'end');
    upstream?.end(ofStream(USAGE_EVENT, '[DONE]'));
    await ended;
    expect(await tokens()).toEqual({ input: 12, cached: 0, output: 3 });
  });

  it('is estimated where the client disconnects in the middle', async () => {
    await model((response) => void streaming(response).write(ofStream(delta('Hel'), delta('lo'))));
    const { request, answered } = open(`${fixture.url}/p1/chat/v1/chat/completions`, 'POST');
    request.end(JSON.stringify(STREAM));
    await nextChunk(await answered);
    request.on('error', () => undefined).destroy();
    expect(await usage()).toEqual([
      { workloadId: 'w1', model: 'chat', requests: 1, inputTokens: 10, cachedTokens: 0, outputTokens: 2 },
    ]);
    expect(await tokens()).toEqual({
      'input (estimated)': 10,
      'cached (estimated)': 0,
      'output (estimated)': 2,
    });
  });

  it('is estimated where a server compresses nevertheless, and the response is forwarded unchanged', async () => {
    const text = JSON.stringify({ usage: USAGE });
    await model((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync(text)),
    );
    const body = { model: 'chat', messages: [{ content: 'x'.repeat(36) }] };
    expect(await (await ask(body, undefined, { 'accept-encoding': 'gzip' })).text()).toBe(text);
    expect(received[0]?.headers['accept-encoding']).toBe('identity');
    expect(await tokens()).toMatchObject({ 'input (estimated)': 9 });
  });

  it('is zero for an error, which counts as a request without a model', async () => {
    await model((response) => response.writeHead(404, { 'content-type': 'application/json' }).end('{}'));
    await (await ask({ model: 'invented', messages: [] })).text();
    expect(await usage()).toEqual([
      { workloadId: 'w1', requests: 1, inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
    ]);
    expect(await tokens()).toEqual({});
  });

  it('is zero for other requests; probes do not count as requests either', async () => {
    await fixture.serve('a', (_request, response) => response.end('ok'));
    await (await fetch(`${fixture.url}/p1/chat/health`)).text();
    await (await fetch(`${fixture.url}/p1/chat/index.html`)).text();
    expect(await usage()).toEqual([
      { workloadId: 'w1', requests: 1, inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
    ]);
  });

  it('is reported when the gateway stops', async () => {
    await streamed();
    await (await ask(STREAM)).text();
    await fixture.stop();
    expect(fixture.schedulers.usage).toMatchObject([COUNTED]);
  });
});
