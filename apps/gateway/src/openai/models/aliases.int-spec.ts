import { text } from 'node:stream/consumers';
import { deadAddress, open, type GatewayFixtureOptions } from '../../testing/gateway-fixture';
import { alias, KEY, modelFixture } from '../../testing/model-fixture';
import { withKey } from '../../testing/serving-key';

describe('a model alias over several workloads', () => {
  let fixture: Awaited<ReturnType<typeof modelFixture>>;
  const begin = async (options?: GatewayFixtureOptions): Promise<void> => {
    fixture = await modelFixture(options);
  };
  afterEach(() => fixture.close());

  const targets = [
    { project: 'p1', workload: 'old', weight: 90 },
    { project: 'p1', workload: 'new', weight: 10 },
  ];

  it('keeps the weights', async () => {
    await begin();
    await fixture.serveModel('p1', 'old');
    await fixture.serveModel('p1', 'new');
    fixture.aliases.update([alias({ targets })]);
    const bodies: string[] = [];
    for (let index = 0; index < 100; index += 1) bodies.push((await fixture.ask('gpt')).body);
    expect(bodies.filter((body) => body === 'p1-new as new')).toHaveLength(10);
  });

  it('comes before the workload of its name, within its project', async () => {
    await begin();
    await fixture.serveModel('p1', 'chat');
    await fixture.serveModel('p1', 'new');
    await fixture.serveModel('p2', 'chat');
    fixture.aliases.update([
      alias({ name: 'chat', project: 'p1', targets: [{ project: 'p1', workload: 'new', weight: 1 }] }),
    ]);
    expect((await fixture.ask('p1/chat')).body).toBe('p1-new as new');
    expect((await fixture.ask('p2/chat')).body).toBe('p2-chat as chat');
    expect(await fixture.idsFor()).toEqual(['new', 'p1/chat', 'p2/chat']);
  });

  it('changes at once for new requests, and open ones go on', async () => {
    await begin();
    let end: (() => void) | undefined;
    fixture.source.setWorkload({ uid: 'o', workload: 'old', workloadId: 'old' });
    await fixture.serve(
      'old-0',
      (_, response) => {
        response.write('begun ');
        end = () => response.end('by old');
      },
      { workload: 'old', workloadId: 'old' },
    );
    await fixture.serveModel('p1', 'new');
    fixture.aliases.update([alias({ targets: [{ project: 'p1', workload: 'old', weight: 1 }] })]);
    const { request, answered } = open(`${fixture.url}/v1/chat/completions`, 'POST');
    request.end('{"model":"gpt"}');
    const answer = await answered;
    fixture.aliases.update([alias({ targets: [{ project: 'p1', workload: 'new', weight: 1 }] })]);
    expect((await fixture.ask('gpt')).body).toBe('p1-new as new');
    fixture.aliases.update([]);
    expect((await fixture.errorOf('gpt', withKey(KEY))).status).toBe(404);
    end?.();
    expect(await text(answer)).toBe('begun by old');
  });

  const FALLBACK = alias({
    targets: [{ project: 'p1', workload: 'old', weight: 1 }],
    fallbacks: [
      { project: 'p1', workload: 'gone' },
      { project: 'p1', workload: 'new' },
    ],
    waitMs: 20,
  });

  it('states no limits of the first on the answer of the next one', async () => {
    await begin();
    await fixture.serveModel('p1', 'old', 'public', { status: 503 });
    await fixture.serveModel('p1', 'new');
    fixture.aliases.update([FALLBACK]);
    fixture.limitsOf.update([{ scope: 'workload', id: 'p1-old', limits: { requestsPerMinute: 5 } }]);
    const answer = await fetch(`${fixture.url}/v1/chat/completions`, {
      method: 'POST',
      body: '{"model":"gpt"}',
    });
    expect(await answer.text()).toBe('p1-new as new');
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit-'))).toEqual([]);
  });

  it.each<{ name: string; first: () => Promise<unknown>; wakes: string[] }>([
    {
      name: 'has no replica in time',
      first: () =>
        Promise.resolve(fixture.source.setWorkload({ uid: 'o', workload: 'old', workloadId: 'old' })),
      wakes: ['old'],
    },
    { name: 'is not there', first: () => Promise.resolve(), wakes: [] },
    {
      name: 'answers 503',
      first: () => fixture.serveModel('p1', 'old', 'public', { status: 503 }),
      wakes: [],
    },
    {
      name: 'refuses the connection',
      first: async () => {
        fixture.source.report('present', {
          ...{ uid: 'd', pod: 'old-0', project: 'p1', workload: 'old', workloadId: 'old', ready: true },
          address: await deadAddress(),
        });
      },
      wakes: [],
    },
    {
      name: 'breaks off before it answers',
      first: () =>
        fixture.serve('old-0', (request) => request.socket.destroy(), {
          workload: 'old',
          workloadId: 'old',
        }),
      wakes: [],
    },
  ])('asks the next one where the first $name', async ({ first, wakes }) => {
    await begin();
    await first();
    await fixture.serveModel('p1', 'new');
    fixture.aliases.update([FALLBACK]);
    expect(await fixture.ask('gpt')).toMatchObject({ status: 200, body: 'p1-new as new' });
    expect(fixture.schedulers.wakes).toEqual(wakes);
    expect(await fixture.series('tessera_gateway_in_flight')).not.toContainEqual(
      expect.stringMatching(/ [1-9]\d*$/),
    );
  });

  it('answers as the last one does where none can', async () => {
    await begin({ holdMs: 20 });
    await fixture.serveModel('p1', 'old', 'public', { status: 503 });
    fixture.source.setWorkload({ uid: 'n', workload: 'new', workloadId: 'new' });
    fixture.aliases.update([FALLBACK]);
    expect(await fixture.errorOf('gpt')).toMatchObject({ status: 503, code: 'Timeout' });
  });

  it('asks no other one for an error that is the answer', async () => {
    await begin();
    await fixture.serveModel('p1', 'old', 'public', { status: 500 });
    await fixture.serveModel('p1', 'new');
    fixture.aliases.update([FALLBACK]);
    expect(await fixture.ask('gpt')).toMatchObject({ status: 500, body: 'p1-old as old' });
  });
});
