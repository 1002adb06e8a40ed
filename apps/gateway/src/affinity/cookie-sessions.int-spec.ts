import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { servingLabel } from '@tessera/contracts-kubernetes/exposed-host';
import { maybe } from '@tessera/kernel';
import { gatewayFixture, open, replica } from '../testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const PODS = ['a', 'b', 'c'];
const DOMAIN = 'models.example';

/** Answers with its name and the cookies that it sees; `/stays` never ends. It sets cookies, one of them ours. */
const named =
  (pod: string): RequestListener =>
  (request, response) => {
    response.setHeader('set-cookie', ['own=1; Path=/', 'tessera-session=forged; Path=/']);
    const body = `${pod} ${request.headers.cookie ?? '-'}`;
    if (request.url === '/stays') response.write(body);
    else response.end(body);
  };

describe('sessions by cookie', () => {
  let fixture: Fixture;
  const begin = async (options: Parameters<typeof gatewayFixture>[0] = {}): Promise<void> => {
    fixture = await gatewayFixture(options);
    for (const pod of PODS) await fixture.serve(pod, named(pod));
    fixture.source.setWorkload({ sessionCookie: true });
  };
  afterEach(() => fixture.close());

  /** A request of a browser with these cookies: who answered, what it saw, and the session cookie that was set. */
  const visit = async (
    cookie?: string,
    { path = '/p1/chat/', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
  ) => {
    const { request, answered } = open(`http://${fixture.address}${path}`);
    for (const [name, value] of Object.entries({ ...headers, ...maybe('cookie', cookie) }))
      request.setHeader(name, value);
    request.end();
    const answer = await answered;
    const body = await new Promise<Buffer>((resolve) => answer.once('data', resolve));
    const [pod = '', ...saw] = body.toString().split(' ');
    const set = (answer.headers['set-cookie'] ?? []).filter((one) => one.startsWith('tessera-session='));
    return { pod, saw: saw.join(' '), set, session: set[0]?.split(';')[0] };
  };

  it('keep a browser at its replica, and spread new ones', async () => {
    await begin();
    const browsers = [await visit(), await visit(), await visit()];
    expect(browsers.map(({ pod }) => pod).sort()).toEqual(PODS);
    for (const { pod, session } of browsers) {
      const again = [await visit(session), await visit(`other=1; ${session}`), await visit(session)];
      expect(again.map((one) => [one.pod, one.set])).toEqual(Array(3).fill([pod, []]));
    }
  });

  it('are for the workload and the browser alone: no pod sees or sets the cookie', async () => {
    await begin();
    const { set, session = '' } = await visit();
    expect(set).toEqual([`${session}; Path=/p1/chat; HttpOnly; SameSite=Lax`]);
    expect(await visit(`a=1; ${session}; b=2`)).toMatchObject({ saw: 'a=1; b=2', set: [] });
    expect(await visit(session)).toMatchObject({ saw: '-' });
    fixture.source.setWorkload({ sessionCookie: false });
    expect(await visit(`a=1; ${session}`)).toMatchObject({ saw: 'a=1', set: [] });
  });

  it('move with a new cookie where the replica is removed, or has no free slot', async () => {
    await begin();
    const first = await visit();
    fixture.source.report('gone', replica(first.pod));
    const second = await visit(first.session);
    expect([second.pod === first.pod, second.set.length]).toEqual([false, 1]);
    expect(await visit(second.session)).toMatchObject({ pod: second.pod, set: [] });
    fixture.source.setWorkload({ sessionCookie: true, concurrencyHardLimit: 1 });
    expect(await visit(second.session, { path: '/p1/chat/stays' })).toMatchObject({ pod: second.pod });
    const third = await visit(second.session);
    expect([third.pod === second.pod, third.set.length]).toEqual([false, 1]);
  });

  it('start again with a cookie that no gateway issued', async () => {
    await begin();
    for (const forged of ['tessera-session=x', `tessera-session=${'x'.repeat(22)}`, 'tessera-session='])
      expect((await visit(forged)).set).toHaveLength(1);
  });

  it('are kept by every gateway', async () => {
    await begin();
    const one = fixture;
    const { pod, session } = await visit();
    const served = await one.serve('d', named('d'));
    fixture = await gatewayFixture();
    try {
      fixture.source.report('present', { ...served, uid: `uid-${pod}`, pod });
      fixture.source.report('present', { ...served, uid: 'uid-e', pod: 'e' });
      fixture.source.setWorkload({ sessionCookie: true });
      expect((await visit(session)).set).toEqual([]);
      expect((await visit()).set).toHaveLength(1);
    } finally {
      await one.close();
    }
  });

  it('are ignored where a header names the session', async () => {
    await begin();
    const headers = { 'x-session-id': 's' };
    const [first, second] = [await visit(undefined, { headers }), await visit(undefined, { headers })];
    expect([first.set, second.set, second.pod]).toEqual([[], [], first.pod]);
  });

  it('have the whole host where the workload has one, and TLS alone behind a proxy with TLS', async () => {
    await begin({ domain: DOMAIN, trusted: ['127.0.0.1'] });
    const host = `${servingLabel('p1', 'chat')}.${DOMAIN}`;
    const headers = { host, 'x-forwarded-proto': 'https' };
    const { set, session } = await visit(undefined, { path: '/', headers });
    expect(set).toEqual([`${session}; Path=/; HttpOnly; SameSite=Lax; Secure`]);
  });

  it('also apply to websockets, which can start a session', async () => {
    await begin();
    const joined: string[] = [];
    for (const pod of PODS) await fixture.serve(pod, () => undefined, { uid: `uid-${pod}` });
    const offer = (cookie?: string): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const request = httpRequest(`http://${fixture.address}/p1/chat/live`, {
          agent: false,
          headers: {
            ...{ connection: 'upgrade', upgrade: 'websocket' },
            ...maybe('cookie', cookie),
          },
        });
        request.once('error', reject);
        request.once('upgrade', (answer, socket) => {
          socket.destroy();
          resolve(answer);
        });
        request.end();
      });
    for (const server of fixture.servers.slice(-PODS.length))
      server.on('upgrade', (request, socket) => {
        joined.push(
          `${PODS[fixture.servers.slice(-PODS.length).indexOf(server)]} ${request.headers.cookie ?? '-'}`,
        );
        socket.on('error', () => undefined);
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      });
    const cookie = (await offer()).headers['set-cookie']?.[0]?.split(';')[0];
    const again = await offer(cookie);
    expect([cookie?.startsWith('tessera-session='), again.headers['set-cookie']]).toEqual([true, undefined]);
    expect(joined).toEqual([joined[0], joined[0]]);
  });
});
