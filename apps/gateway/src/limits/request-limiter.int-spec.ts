import type { ServerResponse } from 'node:http';
import type { TrafficLimits } from '@tessera/contracts-internal/gateway';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, WORKLOAD_ID } from '../testing/gateway-fixture';
import { servingKey, withKey } from '../testing/serving-key';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const CHAT = '/v1/chat/completions';

describe('limits of requests', () => {
  let fixture: Fixture;
  const waiting: ServerResponse[] = [];
  const begin = async (
    limits: TrafficLimits,
    more: Parameters<typeof gatewayFixture>[0] = {},
  ): Promise<void> => {
    waiting.length = 0;
    fixture = await gatewayFixture(more);
    const keys = [servingKey('tsk-a', { limits, name: 'nightly job' }), servingKey('tsk-b')];
    fixture.callers.update({ keys, subjects: [] });
    await fixture.serve('a', (request, response) => {
      if (request.url === '/wait') waiting.push(response);
      else response.setHeader('x-own', '1').end('ok');
    });
  };
  const ask = async (path = '/', secret = 'tsk-a', body?: object) => {
    const answer = await fetch(`${fixture.url}/p1/chat${path}`, {
      headers: { ...withKey(secret), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  };
  const rates = (headers: Headers): Record<string, string> =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit-')));
  afterEach(() => fixture.close());

  it('of a key accept exactly so many requests per minute, and state how many are left', async () => {
    await begin({ requestsPerMinute: 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask()));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(3).fill(200),
      ...Array(5).fill(429),
    ]);
    const left = answers.filter(({ status }) => status === 200).map(({ headers }) => rates(headers));
    expect(left.map((one) => one['x-ratelimit-remaining-requests']).sort()).toEqual(['0', '1', '2']);
    expect(left[0]).toEqual({
      'x-ratelimit-limit-requests': '3',
      'x-ratelimit-remaining-requests': expect.any(String),
      'x-ratelimit-reset-requests': expect.stringMatching(/^1m[01]s$/),
    });
    expect(answers.find(({ status }) => status === 200)?.headers.get('x-own')).toBe('1');
    expect((await ask('/', 'tsk-b')).status).toBe(200);
  });

  it('reject a request with the limit, its owner and when to retry', async () => {
    await begin({ requestsPerMinute: 1 });
    await ask();
    const { status, headers, body } = await ask();
    expect([status, headers.get('x-tessera-reason'), headers.get('x-tessera-limit')]).toEqual([
      429,
      'RequestsPerMinute',
      'key/requestsPerMinute',
    ]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(60);
    expect(body).toMatch(
      /The limit of the key \\"nightly job\\" is reached: 1 requests per minute; retry after 6[01] s/,
    );
    expect(await fixture.series('tessera_gateway_limited_total')).toEqual([
      'tessera_gateway_limited_total{project="p1",scope="key",limit="requestsPerMinute"} 1',
    ]);
  });

  it('count requests in flight, in the queue too, until their clients leave', async () => {
    await begin({ requestsInFlight: 2 });
    fixture.source.setWorkload({ concurrencyHardLimit: 1 });
    const client = new AbortController();
    const held = fetch(`${fixture.url}/p1/chat/wait`, { headers: withKey('tsk-a'), signal: client.signal });
    const first = ask('/wait');
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_held')).toEqual([expect.stringMatching(/ 1$/)]),
    );
    const third = await ask();
    expect([third.status, third.headers.get('x-tessera-reason'), third.headers.get('retry-after')]).toEqual([
      429,
      'RequestsInFlight',
      '1',
    ]);
    client.abort();
    await expect(held).rejects.toThrow('aborted');
    await eventually(() => {
      for (const response of waiting) response.end();
      expect(waiting).toHaveLength(2);
    });
    expect([(await first).status, (await ask()).status]).toEqual([200, 200]);
  });

  it.each([CHAT, '/v1/%63hat/completions'])(
    'reserve tokens by an estimate, and reject what needs more: %s',
    async (path) => {
      await begin({ tokensPerMinute: 1_000, requestsPerMinute: 10 });
      const first = await ask(path, 'tsk-a', { model: 'chat', max_tokens: 900 });
      expect([first.status, rates(first.headers)['x-ratelimit-limit-tokens']]).toEqual([200, '1000']);
      expect(Number(rates(first.headers)['x-ratelimit-remaining-tokens'])).toBeLessThanOrEqual(100);
      const large = { model: 'chat', max_tokens: 1_000, prompt: 'word '.repeat(100) };
      const second = await Promise.all([ask(path, 'tsk-a', large), ask(path, 'tsk-a', large)]);
      expect(second.map(({ status }) => status).sort()).toEqual([200, 429]);
    },
  );

  it('of projects and workloads count the requests of everybody, and change at once', async () => {
    await begin({});
    fixture.limitsOf.update([{ scope: 'project', name: 'p1', limits: { requestsPerMinute: 3 } }]);
    const statuses = async (secrets: readonly string[]): Promise<number[]> =>
      (await Promise.all(secrets.map((secret) => ask('/', secret)))).map(({ status }) => status).sort();
    expect(await statuses(['tsk-a', 'tsk-b', 'tsk-a', 'tsk-b'])).toEqual([200, 200, 200, 429]);
    fixture.limitsOf.update([{ scope: 'workload', id: WORKLOAD_ID, limits: { requestsPerMinute: 1 } }]);
    expect(await statuses(['tsk-a', 'tsk-b'])).toEqual([200, 429]);
    fixture.limitsOf.update([]);
    expect(await statuses(['tsk-a', 'tsk-b'])).toEqual([200, 200]);
  });

  it('drop the headers of the gateway in the response of a replica', async () => {
    await begin({});
    await fixture.serve('b', (_, response) => response.setHeader('x-tessera-reason', 'QueueFull').end('ok'), {
      workload: 'liar',
      workloadId: 'w2',
    });
    const answer = await fetch(`${fixture.url}/p1/liar/`);
    expect([answer.status, answer.headers.get('x-tessera-reason')]).toEqual([200, null]);
  });

  it('have no headers where nothing is limited', async () => {
    await begin({});
    expect(rates((await ask()).headers)).toEqual({});
  });

  it('are shared: this gateway uses its share and reports its use', async () => {
    await begin({ requestsPerMinute: 8 });
    const id = 'key/tsk-a/requestsPerMinute';
    fixture.schedulers.answer({ leading: true, gateways: 4, workloads: [], asked: [] });
    const statuses = (await Promise.all(Array.from({ length: 4 }, () => ask()))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 429, 429]);
    expect((await fixture.reported(2))?.limits).toEqual([
      { id, limit: 8, ceiling: 2, used: 2, demand: expect.any(Number) },
    ]);
    const parts = [{ id, limit: 8, ceiling: 7 }];
    fixture.schedulers.answer({ leading: true, gateways: 4, workloads: [], asked: [], parts });
    expect((await ask()).status).toBe(200);
  });
});
