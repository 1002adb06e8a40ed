import type { ServerResponse } from 'node:http';
import { LoadReport } from '@tessera/contracts-internal';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, open } from './testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

describe('a workload without replicas', () => {
  let fixture: Fixture;
  const begin = async (options?: Parameters<typeof gatewayFixture>[0]): Promise<void> => {
    fixture = await gatewayFixture(options);
    fixture.source.setWorkload();
  };
  const url = (path = ''): string => `${fixture.url}/p1/chat${path}`;
  const answerOf = async (path = '') => {
    const response = await fetch(url(path));
    const reason = response.headers.get('x-tessera-reason');
    return { status: response.status, reason, body: await response.text() };
  };
  afterEach(() => fixture.close());

  it('is woken by a request, which its first replica serves', async () => {
    await begin();
    const answer = answerOf();
    await eventually(() => expect(fixture.schedulers.wakes).toEqual(['w1']));
    await fixture.serve('a', (_, response) => response.end('awake'));
    expect(await answer).toMatchObject({ status: 200, body: 'awake' });
    expect(await fixture.series('tessera_gateway_cold_start_seconds_count')).toEqual([
      'tessera_gateway_cold_start_seconds_count{project="p1"} 1',
    ]);
  });

  it('is woken once by many concurrent requests, and serves all of them', async () => {
    await begin();
    const answers = Array.from({ length: 50 }, () => answerOf());
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_held')).toEqual([
        'tessera_gateway_held{workload_id="w1",project="p1",workload="chat"} 50',
      ]),
    );
    await fixture.serve('a', (_, response) => response.end('awake'));
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect([new Set(statuses), fixture.schedulers.wakes]).toEqual([new Set([200]), ['w1']]);
  });

  it.each([
    {
      state: 'failed' as const,
      more: { reason: 'InitializationTimeout', message: 'The model server was not ready within 600 s' },
      status: 503,
      reason: 'InitializationTimeout',
      body: 'The model server was not ready within 600 s',
    },
    { state: 'unknown' as const, more: {}, status: 404, reason: 'NoSuchWorkload', body: 'no workload' },
  ])('is refused at once where the scheduler reports it as $state', async (the) => {
    await begin();
    const answer = answerOf();
    await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
    fixture.schedulers.answer({
      leading: true,
      workloads: [{ workloadId: 'w1', state: the.state, ...the.more }],
      asked: [],
    });
    expect(await answer).toMatchObject({ status: the.status, reason: the.reason });
    expect((await answer).body).toContain(the.body);
  });

  it('holds requests up to the limit where its replicas cannot be placed, and then reports why', async () => {
    await begin({ holdMs: 300 });
    const answer = answerOf();
    await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
    const verdict = { reason: 'InsufficientGpu', message: 'No node has a free GPU' };
    fixture.schedulers.answer({
      leading: true,
      workloads: [{ workloadId: 'w1', state: 'pending', ...verdict }],
      asked: [],
    });
    expect(await answer).toMatchObject({ status: 503, reason: 'InsufficientGpu' });
    expect((await answer).body).toContain('No node has a free GPU');
    expect(await fixture.series('tessera_gateway_refusals_total')).toEqual([
      'tessera_gateway_refusals_total{workload_id="w1",project="p1",workload="chat",reason="timeout"} 1',
    ]);
  });

  it.each([
    {
      why: 'no replica can be placed',
      reported: { state: 'pending', reason: 'Unschedulable' },
      reason: 'Unschedulable',
    },
    { why: 'its start failed', reported: { state: 'failed' }, reason: 'StartFailed' },
    { why: 'none is ready in time', reported: undefined, reason: 'Timeout' },
    { why: 'too many wait', reported: undefined, holdLimit: 0, reason: 'QueueFull' },
  ] as const)(
    'is 503 with Retry-After and the reason where $why',
    async ({ reported, reason, ...limits }) => {
      await begin({ holdMs: 300, ...limits });
      const answer = fetch(url());
      if (reported !== undefined) {
        await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
        fixture.schedulers.answer({
          leading: true,
          workloads: [{ workloadId: 'w1', ...reported }],
          asked: [],
        });
      }
      const { status, headers } = await answer;
      expect([status, headers.get('retry-after'), headers.get('x-tessera-reason')]).toEqual([
        503,
        '5',
        reason,
      ]);
    },
  );

  it('shares its hard limit with the other gateways that the leader counts', async () => {
    await begin();
    fixture.source.setWorkload({ concurrencyHardLimit: 2 });
    const replies: ServerResponse[] = [];
    await fixture.serve('a', (_, response) => replies.push(response));
    fixture.schedulers.answer({ leading: true, gateways: 2, workloads: [], asked: [] });
    const answers = [answerOf(), answerOf()];
    await eventually(async () =>
      expect(await fixture.series('tessera_gateway_held')).toEqual([expect.stringMatching(/ 1$/)]),
    );
    await eventually(() => expect(replies).toHaveLength(1));
    fixture.schedulers.answer({ leading: false, workloads: [], asked: [] });
    fixture.schedulers.answer({ leading: true, gateways: 1, workloads: [], asked: [] });
    await eventually(() => expect(replies).toHaveLength(2));
    for (const reply of replies) reply.end('served');
    for (const answer of answers) expect(await answer).toMatchObject({ status: 200 });
  });

  it('is not rejected because of a report from a standby scheduler', async () => {
    await begin();
    const answer = answerOf();
    await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
    fixture.schedulers.answer({
      leading: false,
      workloads: [{ workloadId: 'w1', state: 'unknown' }],
      asked: [],
    });
    await fixture.serve('a', (_, response) => response.end('awake'));
    expect(await answer).toMatchObject({ status: 200 });
  });

  it('is not woken by a request to a quiet path, which does not count as load either', async () => {
    await begin({ quietPaths: ['/health'] });
    expect(await answerOf('/health?deep=1')).toMatchObject({ status: 503, reason: 'Asleep' });
    expect(fixture.schedulers.wakes).toEqual([]);
    await fixture.serve('a', (_, response) => response.end('awake'));
    expect(await answerOf('/health')).toMatchObject({ status: 200 });
    await fixture.stop();
    expect(fixture.schedulers.reports.at(-1)?.workloads).toEqual([]);
  });

  it('does not read the body of a request before a replica is ready', async () => {
    await begin();
    const { request, answered } = open(url(), 'POST');
    const chunk = Buffer.alloc(65_536);
    let sent = 0;
    const most = 1_000;
    const send = (): void => {
      while (sent < most && request.write(chunk)) sent += 1;
    };
    request.on('drain', () => {
      sent += 1;
      send();
    });
    send();
    await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
    // What fits into the buffers of both sockets, far less than the whole.
    await fixture.reported(2);
    expect(sent).toBeLessThan(most);
    let received = 0;
    await fixture.serve('a', (incoming, response) => {
      incoming.on('data', (data: Buffer) => (received += data.length));
      incoming.on('end', () => response.end('read'));
    });
    await eventually(() => expect(sent).toBe(most));
    request.end();
    expect((await answered).statusCode).toBe(200);
    expect(received).toBeGreaterThanOrEqual(most * chunk.length);
  });
});

describe('the load reports of a gateway', () => {
  let fixture: Fixture;
  afterEach(() => fixture.close());

  it('contain every workload with replicas, even without a request, and draining replicas', async () => {
    fixture = await gatewayFixture();
    const workloadId = '00000000-0000-4000-8000-000000000001';
    fixture.source.setWorkload({ workloadId });
    let reply: ServerResponse | undefined;
    const served = await fixture.serve('a', (_, response) => (reply = response), { workloadId });
    const answer = fetch(`${fixture.url}/p1/chat`);
    await eventually(() => expect(reply).toBeDefined());
    fixture.source.report('present', { ...served, ready: false, draining: true });
    const report = await fixture.reported(1);
    expect(LoadReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      final: false,
      workloads: [
        {
          workloadId,
          inFlight: 1,
          held: 0,
          wake: false,
          replicas: [{ uid: 'uid-a', pod: 'a', inFlight: 1, draining: true }],
        },
      ],
    });
    reply?.end();
    await answer;
  });

  it('contain a request that waits without a ready replica, each time', async () => {
    fixture = await gatewayFixture();
    fixture.source.setWorkload();
    const answer = fetch(`${fixture.url}/p1/chat`);
    await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
    for (const report of [await fixture.reported(1), await fixture.reported(1)])
      expect(report?.workloads).toMatchObject([{ held: 1, wake: true, replicas: [] }]);
    await fixture.serve('a', (_, response) => response.end('awake'));
    await answer;
    await eventually(async () => expect((await fixture.reported(1))?.workloads).toEqual([]));
    const coldStarts = fixture.schedulers.reports.flatMap(({ workloads }) => workloads[0]?.coldStarts ?? []);
    expect(coldStarts).toMatchObject([{ uid: 'uid-a' }]);
  });

  it('leave out a workload without requests, unless a replica is draining or the leader asks for it', async () => {
    fixture = await gatewayFixture();
    const workloadId = '00000000-0000-4000-9000-000000000001';
    const unknown = '00000000-0000-4000-9000-000000000002';
    const served = await fixture.serve('a', (_, response) => response.end('ok'), { workloadId });
    expect((await fixture.reported(2))?.workloads).toEqual([]);
    fixture.schedulers.answer({ leading: true, workloads: [], asked: [workloadId, unknown] });
    expect((await fixture.reported(2))?.workloads).toMatchObject([
      { workloadId, started: 0, replicas: [{ uid: 'uid-a', inFlight: 0, draining: false }] },
      { workloadId: unknown, replicas: [] },
    ]);
    fixture.schedulers.answer({ leading: true, workloads: [], asked: [] });
    expect((await fixture.reported(2))?.workloads).toEqual([]);
    fixture.source.report('present', { ...served, ready: false, draining: true });
    expect((await fixture.reported(2))?.workloads).toMatchObject([
      { workloadId, replicas: [{ uid: 'uid-a', inFlight: 0, draining: true }] },
    ]);
  });

  it('end with a final one without open requests', async () => {
    fixture = await gatewayFixture();
    await fixture.serve('a', (_, response) => response.end('ok'));
    await (await fetch(`${fixture.url}/p1/chat`)).text();
    await fixture.stop();
    const { reports } = fixture.schedulers;
    expect(reports.map(({ final }) => final)).toEqual([...reports.slice(1).map(() => false), true]);
    expect(reports.map(({ sequence }) => sequence)).toEqual(reports.map((_, index) => index + 1));
    for (const load of reports.at(-1)?.workloads ?? []) expect(load).toMatchObject({ inFlight: 0, held: 0 });
  });
});
