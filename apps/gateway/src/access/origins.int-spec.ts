import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { servingLabel } from '@tessera/contracts-kubernetes/exposed-host';
import { gatewayFixture } from '../testing/gateway-fixture';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const CONSOLE = 'https://console.example';
const DOMAIN = 'models.example';

let fixture: Fixture;
afterEach(() => fixture.close());

/** A request whose Host the spec chooses, which fetch does not allow. */
async function ask(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    httpRequest(url, { method, headers, agent: false }).once('response', resolve).once('error', reject).end(),
  );
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

describe('a workload with a host of its own', () => {
  const host = `${servingLabel('p1', 'chat')}.${DOMAIN}`;
  beforeEach(async () => {
    fixture = await gatewayFixture({ domain: DOMAIN });
    await fixture.serve('a', (request, response) => {
      response.setHeader('set-cookie', `a=1; Domain=${DOMAIN}; Path=/`);
      response.end(JSON.stringify({ url: request.url, headers: request.headers }));
    });
  });

  it.each([host, `${host}:8081`, host.toUpperCase(), `${host}.`])('is served at %s', async (name) => {
    const { status, headers, body } = await ask(`${fixture.url}/v1/models?x=1`, { host: name });
    expect([status, headers['set-cookie']]).toEqual([200, ['a=1; Path=/']]);
    const received = JSON.parse(body) as { url: string; headers: object };
    expect(received.url).toBe('/v1/models?x=1');
    expect(received.headers).not.toHaveProperty('x-forwarded-prefix');
  });

  it.each([
    [`none-p1-abcdef.${DOMAIN}`, '/', 401],
    [`x.${host}`, '/', 404],
    [DOMAIN, '/', 404],
    ['127.0.0.1', '/p1/chat/', 404],
    [`${servingLabel('p1', 'chat')}.elsewhere.example`, '/', 404],
  ])('is not served at %s%s', async (name, path, status) => {
    expect((await ask(fixture.url + path, { host: name })).status).toBe(status);
  });

  it('has a different label than similar names, of at most 63 characters', () => {
    expect(servingLabel('team-a', 'chat')).not.toBe(servingLabel('a', 'chat-team'));
    expect(servingLabel('p'.repeat(60), 'w'.repeat(60))).toMatch(/^[a-z0-9-]{63}$/);
  });
});

describe('in path form', () => {
  beforeEach(async () => {
    fixture = await gatewayFixture();
    await fixture.serve('a', (_, response) => {
      response.writeHead(302, {
        location: '/login',
        'set-cookie': ['a=1; Path=/', 'b=2'],
        'service-worker-allowed': '/',
        'clear-site-data': '"*"',
      });
      response.end();
    });
  });

  it('a workload reaches neither cookies nor storage of others', async () => {
    const { headers } = await ask(`${fixture.url}/p1/chat/x`);
    expect(headers).toMatchObject({
      location: '/p1/chat/login',
      'set-cookie': ['a=1; Path=/p1/chat/', 'b=2; Path=/p1/chat/'],
    });
    expect(headers).not.toHaveProperty('service-worker-allowed');
    expect(headers).not.toHaveProperty('clear-site-data');
  });

  it.each([
    ['/p1/chat', 403],
    ['/p1/chat?x=/', 403],
    ['/p1/chat/worker.js', 302],
  ])('a service worker at %s, whose scope is its folder, is answered with %i', async (path, status) => {
    expect((await ask(fixture.url + path, { 'service-worker': 'script' })).status).toBe(status);
  });
});

describe('inside the cluster', () => {
  it('a cluster-local workload is served only on the listener inside the cluster', async () => {
    fixture = await gatewayFixture();
    fixture.source.setWorkload({ access: 'public', clusterLocalOnly: true });
    await fixture.serve('a', (_, response) => response.end('inside'));
    expect((await ask(`${fixture.url}/p1/chat/`)).status).toBe(401);
    expect(await ask(`${fixture.localUrl}/p1/chat/`)).toMatchObject({ status: 200, body: 'inside' });
    fixture.source.setWorkload({ access: 'authenticated', clusterLocalOnly: true });
    expect((await ask(`${fixture.localUrl}/p1/chat/`)).status).toBe(401);
  });
});

describe('a page of another origin', () => {
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  };
  beforeEach(async () => {
    fixture = await gatewayFixture({ corsOrigins: [CONSOLE] });
  });

  it('that is configured gets the same answer to a preflight for every name, and wakes nothing', async () => {
    fixture.source.setWorkload({ access: 'authenticated' });
    fixture.source.setWorkload({ uid: 'o2', workload: 'open', workloadId: 'w2' });
    for (const path of ['/p1/chat/v1', '/p1/open/v1', '/p1/none/v1', '/']) {
      const { status, headers } = await ask(fixture.url + path, { ...preflight, origin: CONSOLE }, 'OPTIONS');
      expect(status).toBe(204);
      expect(headers).toMatchObject({
        'access-control-allow-origin': CONSOLE,
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-allow-methods': expect.stringContaining('POST') as string,
        vary: 'Origin',
      });
    }
    expect(fixture.schedulers.wakes).toEqual([]);
  });

  it('that is configured may read responses and errors, whatever the model answers about it', async () => {
    await fixture.serve('a', (_, response) =>
      response
        .writeHead(200, { 'access-control-allow-origin': 'https://model.example', vary: 'Accept' })
        .end(),
    );
    for (const [path, status] of [
      ['/p1/chat/', 200],
      ['/p1/none/', 401],
    ] as const) {
      const answer = await ask(fixture.url + path, { origin: CONSOLE });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([status, CONSOLE]);
      expect(answer.headers.vary).toContain('Origin');
    }
  });

  it('that is not configured is up to the model, whose preflights wake nothing', async () => {
    fixture.source.setWorkload();
    const asked = { ...preflight, origin: 'https://evil.example' };
    expect((await ask(`${fixture.url}/p1/chat/`, asked, 'OPTIONS')).status).toBe(503);
    expect(fixture.schedulers.wakes).toEqual([]);
    await fixture.serve('a', (_, response) =>
      response.writeHead(204, { 'access-control-allow-origin': '*' }).end(),
    );
    const { status, headers } = await ask(`${fixture.url}/p1/chat/`, asked, 'OPTIONS');
    expect([status, headers['access-control-allow-origin']]).toEqual([204, '*']);
  });
});
