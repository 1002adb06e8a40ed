import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { gatewayFixture } from '../testing/gateway-fixture';
import { servingKey, withKey } from '../testing/serving-key';

const KEY = 'tsk-p1';
const OTHER_KEY = 'tsk-p2';

describe('access and limits over HTTP/2', () => {
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  let session: ClientHttp2Session;
  const received: IncomingHttpHeaders[] = [];
  beforeEach(async () => {
    received.length = 0;
    fixture = await gatewayFixture({ drainMs: 200 });
    fixture.source.setWorkload({ access: { users: [], groups: [] } });
    fixture.callers.update({
      keys: [
        servingKey(KEY, { id: 'key-1', limits: { requestsPerMinute: 1 } }),
        servingKey(OTHER_KEY, { scope: { projects: ['p2'], workloads: [] } }),
      ],
      subjects: [],
    });
    session = connect(fixture.url);
    session.on('error', () => undefined);
  });
  afterEach(async () => {
    session.destroy();
    await fixture.close();
  });
  const serve = (): Promise<unknown> =>
    fixture.serve('a', (request, response) => {
      received.push(request.headers);
      response.end('served');
    });
  const ask = async (path: string, headers: Record<string, string>) => {
    const stream = session.request({ ':path': path, ...headers });
    const [{ date: _date, ...head }] = (await once(stream, 'response')) as [Record<string, string>];
    return { head: { ...head }, status: Number(head[':status']), body: await text(stream) };
  };

  it.each([
    { whom: 'nobody', headers: {}, status: 401 },
    { whom: 'a caller that may not call it', headers: withKey(OTHER_KEY), status: 404 },
    { whom: 'an unknown key', headers: withKey('tsk-none'), status: 401 },
  ])(
    'answer $whom alike for a workload and an unknown name, and wake nothing',
    async ({ headers, status }) => {
      const known = await ask('/p1/chat/v1', headers);
      expect(known.status).toBe(status);
      expect(await ask('/p1/none/v1', headers)).toEqual(known);
      expect(fixture.schedulers.wakes).toEqual([]);
    },
  );

  it('give the replica the identity of the caller, and no credential', async () => {
    await serve();
    const forged = { 'x-tessera-caller-id': 'root', 'x-api-key': KEY };
    expect((await ask('/p1/chat/v1', { ...withKey(KEY), ...forged })).status).toBe(200);
    expect(received[0]).toMatchObject({ 'x-tessera-caller-kind': 'key', 'x-tessera-caller-id': 'key-1' });
    for (const name of ['authorization', 'x-api-key']) expect(received[0]).not.toHaveProperty(name);
  });

  it('reject what exceeds a limit with 429', async () => {
    await serve();
    expect((await ask('/p1/chat/v1', withKey(KEY))).status).toBe(200);
    const { status, head } = await ask('/p1/chat/v1', withKey(KEY));
    expect([status, head['x-tessera-reason'], Number(head['retry-after']) > 0]).toEqual([
      429,
      'RequestsPerMinute',
      true,
    ]);
    expect(received).toHaveLength(1);
  });
});
