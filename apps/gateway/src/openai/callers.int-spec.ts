import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { eventually } from '@tessera/testing-services/eventually';
import type { GatewayFixtureOptions } from '../testing/gateway-fixture';
import { alias, KEY, modelFixture } from '../testing/model-fixture';
import { servingKey, withKey } from '../testing/serving-key';

describe('callers of the endpoint for all models', () => {
  let fixture: Awaited<ReturnType<typeof modelFixture>>;
  /** Requests as the model server got them. */
  const received: { readonly url?: string | undefined; headers: IncomingHttpHeaders; body: unknown }[] = [];
  const begin = async (
    answer: (response: ServerResponse) => void = (response) => response.end('{}'),
    options: GatewayFixtureOptions = {},
  ): Promise<void> => {
    received.length = 0;
    fixture = await modelFixture(options);
    fixture.source.setWorkload({ access: { users: [], groups: [] } });
    fixture.callers.update({
      keys: [servingKey(KEY, { id: 'key-1', name: 'nightly job', limits: { requestsPerMinute: 20 } })],
      subjects: [],
    });
    await fixture.serve('a', (request, response) => {
      void json(request).then((body) => {
        received.push({ url: request.url, headers: request.headers, body });
        answer(response);
      });
    });
  };
  afterEach(() => fixture.close());

  it.each(['authorization', 'x-api-key'])(
    'are named to the model server, which gets no credential: %s',
    async (name) => {
      await begin();
      const credential = name === 'authorization' ? withKey(KEY) : { 'x-api-key': KEY };
      const url = `${fixture.url}/v1/chat/completions?api_key=${KEY}&a=b`;
      const answer = await fixture.ask('chat', { ...credential, 'x-tessera-caller-id': 'root' }, url);
      expect(answer.status).toBe(200);
      expect(received[0]).toMatchObject({
        url: '/v1/chat/completions?a=b',
        headers: {
          'x-tessera-caller-kind': 'key',
          'x-tessera-caller-id': 'key-1',
          'x-tessera-caller-name': 'nightly%20job',
        },
      });
      expect(JSON.stringify(received)).not.toMatch(/tsk-|root/);
    },
  );

  it.each([
    {
      endpoint: 'rerank',
      sent: { query: 'q', documents: ['a', 'b'] },
      answer: { results: [], usage: { total_tokens: 7 } },
      tokens: { inputTokens: 7, outputTokens: 0 },
    },
    {
      endpoint: 'messages',
      sent: { max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] },
      answer: { type: 'message', content: [], usage: { input_tokens: 4, output_tokens: 2 } },
      tokens: { inputTokens: 4, outputTokens: 2 },
    },
  ])('reach $endpoint by an alias, and pay for its tokens', async ({ endpoint, sent, answer, tokens }) => {
    await begin((response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
    );
    fixture.aliases.update([alias()]);
    const response = await fetch(`${fixture.url}/v1/${endpoint}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt', ...sent }),
      headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
    });
    expect([response.status, await response.json()]).toEqual([200, answer]);
    expect(received).toMatchObject([{ url: `/v1/${endpoint}`, body: { model: 'chat', ...sent } }]);
    await eventually(() =>
      expect(fixture.schedulers.usage).toMatchObject([{ keyId: 'key-1', model: 'gpt', ...tokens }]),
    );
  });

  describe('are rejected with errors in the shape of OpenAI', () => {
    const ERROR = { status: 429, type: 'rate_limit_error', param: null };

    it('by a limit', async () => {
      await begin();
      fixture.limitsOf.update([{ scope: 'project', name: 'p1', limits: { requestsPerMinute: 1 } }]);
      expect((await fixture.ask('chat', withKey(KEY))).status).toBe(200);
      expect(await fixture.errorOf('chat', withKey(KEY))).toMatchObject({
        ...ERROR,
        code: 'RequestsPerMinute',
        message: expect.stringContaining('The limit of the project "p1" is reached') as string,
      });
    });

    it('by a full gateway', async () => {
      const waiting: ServerResponse[] = [];
      await begin((response) => waiting.push(response), { openTotal: 10 });
      const open = Array.from({ length: 8 }, () => fixture.ask('chat', withKey(KEY)));
      await eventually(() => expect(waiting).toHaveLength(8));
      expect(await fixture.errorOf('chat', withKey(KEY))).toMatchObject({ ...ERROR, code: 'GatewayFull' });
      for (const response of waiting) response.end('{}');
      expect((await Promise.all(open)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    });
  });
});
