import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { createTokenVerifier } from '@tessera/adapter-oidc';
import { maybe } from '@tessera/kernel';
import { eventually } from '@tessera/testing-services/eventually';
import type { ExposedHost } from '../routing/exposed-hosts';
import { deadAddress, gatewayFixture, ISSUER, listening } from '../testing/gateway-fixture';
import { TestIssuer } from '../testing/issuer';
import { websocketServer } from '../testing/websocket-server';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const ADA = { id: 'id-ada', kind: 'user', name: 'ada@example.com', secretVersion: 1 } as const;
const NOTES = 'notes-p1-abc123.apps.example';

describe('URLs of workloads that lead through the gateway', () => {
  const own = new TestIssuer(ISSUER);
  let fixture: Fixture;
  let bearer: Record<string, string>;

  beforeEach(async () => {
    const verifier = createTokenVerifier([own.trusted]);
    fixture = await gatewayFixture({ verifier, domain: 'models.example', exposedBase: 'apps.example' });
    fixture.callers.update({ keys: [], subjects: [ADA] });
    bearer = { authorization: `Bearer ${await own.token(ADA.id)}` };
  });
  afterEach(() => fixture.close());

  /** The workload `chat`, which answers with what it got, and these addresses beside its endpoint. */
  const serve = async (hosts: readonly ExposedHost[], more: object = {}): Promise<void> => {
    fixture.source.setWorkload({ access: 'authenticated', hosts, ...more });
    await fixture.serve('a', ({ url, headers }, response) =>
      response.end(JSON.stringify({ url, host: headers.host, caller: headers['x-tessera-caller-name'] })),
    );
  };
  const ask = (host: string, path = '/', headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; headers: string; body: string }>((resolve, reject) => {
      const [at, port] = fixture.address.split(':');
      const options = { host: at, port, path, method, headers: { host, ...headers }, agent: false };
      const request = httpRequest(options, (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
        answer.on('end', () => {
          const { date: _date, ...rest } = answer.headers;
          resolve({ status: answer.statusCode ?? 0, headers: JSON.stringify(rest), body });
        });
      });
      request.on('error', reject).end();
    });

  /** The first bytes of the answer to an offer of a websocket. */
  const firstLine = (more: string) =>
    new Promise<string>((resolve, reject) => {
      const [at = '', port] = fixture.address.split(':');
      const socket = connect(Number(port), at).on('error', reject);
      socket.write(
        `GET / HTTP/1.1\r\nHost: ${NOTES}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`,
      );
      socket.once('data', (chunk: Buffer) => {
        socket.destroy();
        resolve(chunk.toString());
      });
    });

  it.each<[string, ExposedHost['access'], number, number]>([
    ['everybody', 'public', 200, 200],
    ['authenticated callers', 'authenticated', 401, 200],
    ['callers in its list', { users: ['ada@example.com'], groups: [] }, 401, 200],
    ['others', { users: ['bob@example.com'], groups: [] }, 401, 404],
    ['those who may call the endpoint', undefined, 401, 200],
  ])('let in %s', async (_, access, anonymous, ada) => {
    await serve([{ host: NOTES, path: '/', ...maybe('access', access) }]);
    expect((await ask(NOTES)).status).toBe(anonymous);
    expect((await ask(NOTES, '/', bearer)).status).toBe(ada);
  });

  it('forward path and host as they are, whatever the case and port of the host', async () => {
    await serve([{ host: NOTES, path: '/', access: 'public' }]);
    const { body } = await ask(`${NOTES.toUpperCase()}:8443`, '/v1/models?x=1', bearer);
    const caller = 'ada@example.com';
    expect(JSON.parse(body)).toEqual({
      ...{ url: '/v1/models?x=1', host: `${NOTES.toUpperCase()}:8443`, caller },
    });
  });

  it.each([
    ['/notes', 200],
    ['/notes/', 200],
    ['/notes/tree?x', 200],
    ['/notesbook', 404],
    ['/', 404],
  ])('of a path serve %s with %i', async (path, status) => {
    await serve([{ host: NOTES, path: '/notes/', access: 'public' }]);
    expect((await ask(NOTES, path, bearer)).status).toBe(status);
  });

  it('lead to another port of the same pod', async () => {
    const server = createServer((_, response) => response.end('the notebook'));
    const port = Number((await listening(server)).split(':')[1]);
    await serve([{ host: NOTES, path: '/', access: 'public', port }]);
    expect((await ask(NOTES)).body).toBe('the notebook');
    expect((await ask('chat-p1-x.models.example', '/', bearer)).status).toBe(404);
    await new Promise((resolve) => server.close(resolve));
  });

  it('answer 502 where nothing listens at the port, and continue to work', async () => {
    const port = Number((await deadAddress()).split(':')[1]);
    const other = { host: 'b.apps.example', path: '/', access: 'public' as const };
    await serve([{ host: NOTES, path: '/', access: 'public', port }, other]);
    expect((await ask(NOTES)).status).toBeGreaterThanOrEqual(502);
    expect((await ask('b.apps.example')).status).toBe(200);
  });

  it('join websockets under the same rules, at their own port', async () => {
    const server = websocketServer();
    const port = Number((await listening(server)).split(':')[1]);
    await serve([{ host: NOTES, path: '/', access: 'authenticated', port }]);
    expect(await firstLine('')).toMatch(/^HTTP\/1.1 401 /);
    expect(await firstLine(`Authorization: ${bearer['authorization']}\r\n`)).toMatch(/^HTTP\/1.1 101 /);
    await new Promise((resolve) => server.close(resolve));
  });

  it('do not reveal which of them exist', async () => {
    await serve([{ host: NOTES, path: '/', access: { users: ['bob@example.com'], groups: [] } }]);
    for (const headers of [{}, bearer]) {
      const unknown = await ask('other.apps.example', '/', headers);
      expect(unknown.status).toBe(headers === bearer ? 404 : 401);
      for (const method of ['GET', 'POST']) {
        const [known, none] = [
          await ask(NOTES, '/', headers, method),
          await ask('other.apps.example', '/', headers, method),
        ];
        expect(known).toEqual(none);
      }
    }
    expect(fixture.schedulers.wakes).toEqual([]);
  });

  it('wake the workload', async () => {
    fixture.source.setWorkload({
      access: 'authenticated',
      hosts: [{ host: NOTES, path: '/', access: 'public' }],
    });
    const waiting = ask(NOTES);
    await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
    await fixture.serve('a', (_, response) => response.end('woken'));
    expect((await waiting).body).toBe('woken');
  });

  it('follow their owner object, and end with it', async () => {
    await serve([{ host: NOTES, path: '/', access: 'public' }]);
    await serve([{ host: 'moved.apps.example', path: '/', access: 'public' }]);
    expect((await ask(NOTES, '/', bearer)).status).toBe(404);
    expect((await ask('moved.apps.example')).status).toBe(200);
    fixture.source.setWorkload({ hosts: [] }, 'gone');
    expect((await ask('moved.apps.example', '/', bearer)).status).toBe(404);
  });

  it('stay with the older workload where another one claims the same host', async () => {
    const hosts = [{ host: NOTES, path: '/', access: 'public' as const }];
    await serve(hosts, { createdAt: '2026-01-01T00:00:00Z' });
    const thief = { workload: 'thief', workloadId: 'w2', uid: 'o2', hosts };
    fixture.source.setWorkload({ ...thief, createdAt: '2026-01-01T00:00:01Z' });
    await fixture.serve('b', (_, response) => response.end('stolen'), {
      workload: 'thief',
      workloadId: 'w2',
    });
    expect((await ask(NOTES)).body).not.toBe('stolen');
  });
});
