import { createHash } from 'node:crypto';
import { createTokenVerifier } from '@tessera/adapter-oidc';
import type { ServingAccess } from '@tessera/domain-workload/access';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, ISSUER } from '../testing/gateway-fixture';
import { TestIssuer } from '../testing/issuer';
import type { FeedKey } from '@tessera/contracts-internal/gateway';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const OTHER = 'https://login.example';
const ADA = { id: 'id-ada', kind: 'user', name: 'ada@example.com', secretVersion: 2 } as const;
const BOT = { id: 'id-bot', kind: 'app', name: 'bot', secretVersion: 1 } as const;
const KEY = 'tsk-right';

const key = (more: Partial<FeedKey> = {}): FeedKey => ({
  id: 'key-1',
  digest: createHash('sha256').update(KEY).digest('base64url'),
  name: 'nightly job',
  scope: { projects: ['p1'], workloads: [] },
  limits: {},
  priority: 'normal',
  ...more,
});

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

describe('who may call', () => {
  const own = new TestIssuer(ISSUER);
  const other = new TestIssuer(OTHER);
  const otherIssuer = new TestIssuer('https://elsewhere.example');
  let fixture: Fixture;
  let received: NodeJS.Dict<string | string[]> | undefined;
  let receivedPath: string | undefined;

  beforeEach(async () => {
    received = undefined;
    fixture = await gatewayFixture({
      verifier: createTokenVerifier([own.trusted, other.trusted]),
      foreign: [{ issuer: OTHER, emailsTrusted: false }],
    });
    fixture.callers.update({ keys: [key()], subjects: [ADA, BOT] });
  });
  afterEach(() => fixture.close());

  /** A workload with a ready replica that these may call. */
  const serve = async (access: ServingAccess, more: object = {}): Promise<void> => {
    fixture.source.setWorkload({ access, ...more });
    await fixture.serve('a', (request, response) => {
      received = request.headers;
      receivedPath = request.url;
      response.end('served');
    });
  };

  /** Status, headers but for the date, and body. */
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'POST') => {
    const answer = await fetch(fixture.url + path, { method, headers });
    const rest = [...answer.headers].filter(([name]) => name !== 'date');
    return { status: answer.status, headers: rest, body: await answer.text() };
  };
  const statusOf = async (headers: Record<string, string>): Promise<number> =>
    (await ask('/p1/chat/v1', headers)).status;

  const CALLERS: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
    nobody: () => Promise.resolve({}),
    'the key of a model': () => Promise.resolve(bearer('sk-model')),
    garbage: () => Promise.resolve(bearer('eyJ.x.y')),
    'a token of an unknown issuer': async () => bearer(await otherIssuer.token('eve')),
    'an expired token': async () => bearer(await own.token(ADA.id, { ver: 2 }, '-1m')),
    'a replaced secret': async () => bearer(await own.token(ADA.id, { ver: 1 })),
    'a deleted subject': async () => bearer(await own.token('id-gone')),
    ada: async () => bearer(await own.token(ADA.id, { ver: 2 })),
    bot: async () => bearer(await own.token(BOT.id)),
    'a member of g': async () => bearer(await other.token('grace', { groups: ['g'] })),
    'ada elsewhere': async () =>
      bearer(await other.token('42', { email: 'ADA@example.com', email_verified: true })),
    'an unverified ada': async () => bearer(await other.token('42', { email: 'ada@example.com' })),
    'a sub like a client id': async () => bearer(await other.token('bot')),
    'a sub like an id': async () => bearer(await other.token(ADA.id)),
    'a serving key': () => Promise.resolve(bearer(KEY)),
    'x-api-key': () => Promise.resolve({ 'x-api-key': KEY }),
    'a key beside a bearer of the model': () => Promise.resolve({ ...bearer('sk-model'), 'x-api-key': KEY }),
    'a wrong key': () => Promise.resolve(bearer('tsk-wrong')),
  };
  const UNKNOWN = [
    'nobody',
    'the key of a model',
    'garbage',
    'a token of an unknown issuer',
    'an expired token',
    'a replaced secret',
    'a deleted subject',
    'a wrong key',
  ];
  const KEYS = ['a serving key', 'x-api-key', 'a key beside a bearer of the model'];

  it.each<[ServingAccess, readonly string[]]>([
    ['public', Object.keys(CALLERS)],
    ['authenticated', Object.keys(CALLERS).filter((name) => !UNKNOWN.includes(name))],
    ['nobody', KEYS],
    [{ users: ['Ada@example.com'], groups: [] }, ['ada', 'ada elsewhere', ...KEYS]],
    [{ users: ['bot'], groups: [] }, ['bot', ...KEYS]],
    [{ users: [ADA.id], groups: [] }, ['ada', ...KEYS]],
    [{ users: [`${OTHER}|grace`], groups: [] }, ['a member of g', ...KEYS]],
    [{ users: ['grace'], groups: ['ada@example.com'] }, KEYS],
    [{ users: [], groups: ['g'] }, ['a member of g', ...KEYS]],
    [{ users: [], groups: [`${OTHER}|g`] }, ['a member of g', ...KEYS]],
  ])('with the access %j: %j', async (access, served) => {
    await serve(access);
    const statuses: Record<string, number> = {};
    const wanted: Record<string, number> = {};
    for (const [name, headers] of Object.entries(CALLERS)) {
      statuses[name] = await statusOf(await headers());
      wanted[name] = served.includes(name) ? 200 : UNKNOWN.includes(name) ? 401 : 404;
    }
    expect(statuses).toEqual(wanted);
  });

  it('does not reveal which names exist: unknown, protected and hidden ones get the same response', async () => {
    await serve({ users: ['somebody'], groups: [] });
    fixture.source.setWorkload({ uid: 'o2', workload: 'inner', workloadId: 'w2', clusterLocalOnly: true });
    const names = ['/p1/chat/v1', '/p1/inner/v1', '/p1/none/v1', '/none/none/v1'];
    for (const name of ['nobody', 'garbage', 'a wrong key', 'bot', 'a member of g']) {
      const headers = await CALLERS[name]?.();
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answers = await Promise.all(names.map((path) => ask(path, headers, method)));
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(answers[0]?.status).toBe(UNKNOWN.includes(name) ? 401 : 404);
      }
    }
  });

  it('wakes no workload for a caller that may not call it', async () => {
    fixture.source.setWorkload({ access: { users: ['ada@example.com'], groups: [] } });
    for (const name of ['nobody', 'bot']) await ask('/p1/chat/v1', await CALLERS[name]?.());
    expect(fixture.schedulers.wakes).toEqual([]);
    const allowed = ask('/p1/chat/v1', await CALLERS['ada']?.());
    await eventually(() => expect(fixture.schedulers.wakes).toHaveLength(1));
    await fixture.serve('a', (_, response) => response.end('woken'));
    expect((await allowed).body).toBe('woken');
  });

  it('denies access to a pod without an owner object, and keeps the rules of a deleted owner object', async () => {
    fixture.source.setWorkload({ access: 'authenticated' });
    await fixture.serve('a', (_, response) => response.end());
    fixture.source.setWorkload({}, 'gone');
    expect(await statusOf({})).toBe(401);
    expect(await statusOf(bearer(KEY))).toBe(200);
    fixture.source.owned.add('p1/lost');
    await fixture.serve('b', (_, response) => response.end(), { workload: 'lost', workloadId: 'w2' });
    expect((await ask('/p1/lost/', {})).status).toBe(401);
    expect((await ask('/p1/lost/', bearer(KEY))).status).toBe(404);
  });

  it('follows a change of the rules at the next request', async () => {
    await serve('public');
    expect(await statusOf({})).toBe(200);
    fixture.source.setWorkload({ access: 'authenticated' });
    expect(await statusOf({})).toBe(401);
  });

  describe('keys', () => {
    it.each<[string, Partial<FeedKey>, number]>([
      ['of the project', {}, 200],
      ['of another project', { scope: { projects: ['p2'], workloads: [] } }, 404],
      ['of the workload', { scope: { projects: [], workloads: ['w1'] } }, 200],
      ['of another workload', { scope: { projects: ['p2'], workloads: ['w2'] } }, 404],
      ['of an earlier workload of the name', { scope: { projects: [], workloads: ['w0'] } }, 404],
      ['that is not expired', { expiresAt: '2999-01-01T00:00:00Z' }, 200],
      ['that has expired', { expiresAt: '2020-01-01T00:00:00Z' }, 401],
    ])('%s: %s', async (_, more, status) => {
      await serve('authenticated');
      fixture.callers.update({ keys: [key(more)], subjects: [] });
      expect(await statusOf(bearer(KEY))).toBe(status);
    });

    it('are denied once a snapshot shows that they were revoked', async () => {
      await serve('authenticated');
      expect(await statusOf(bearer(KEY))).toBe(200);
      fixture.callers.update({ keys: [], subjects: [] });
      expect(await statusOf(bearer(KEY))).toBe(401);
    });
  });

  describe('what the replica receives', () => {
    it('is the identity of the caller, without its credential and without identity headers of the client', async () => {
      await serve('authenticated');
      const forged = {
        'x-tessera-caller-kind': 'user',
        'x-tessera-caller-id': 'root',
        X_Tessera_Caller_Name: 'root',
      };
      expect(await statusOf({ ...bearer(KEY), ...forged })).toBe(200);
      expect(received).toMatchObject({
        'x-tessera-caller-kind': 'key',
        'x-tessera-caller-id': 'key-1',
        'x-tessera-caller-name': 'nightly%20job',
      });
      expect(JSON.stringify(received)).not.toMatch(/tsk-|root/);
      expect(await statusOf({ ...forged, ...(await CALLERS['ada']?.()) })).toBe(200);
      expect(received).toMatchObject({
        'x-tessera-caller-kind': 'user',
        'x-tessera-caller-id': ADA.id,
        'x-tessera-caller-name': ADA.name,
      });
      expect(received).not.toHaveProperty('authorization');
    });

    it.each<[string, boolean, readonly string[], string, boolean]>([
      ['asks for it and may have it', true, ['p1'], 'ada', true],
      ['asks for it, all may have it', true, ['*'], 'ada', true],
      ['asks for it and may not have it', true, ['p2'], 'ada', false],
      ['does not ask for it', false, ['*'], 'ada', false],
      ['asks for it and is called with a key', true, ['*'], 'a serving key', false],
      ['asks for it and is called with a key in another header', true, ['*'], 'x-api-key', false],
    ])('is the token where the workload %s', async (_, wantsToken, tokenProjects, name, passes) => {
      await fixture.close();
      fixture = await gatewayFixture({ verifier: createTokenVerifier([own.trusted]), tokenProjects });
      fixture.callers.update({ keys: [key()], subjects: [ADA] });
      await serve('authenticated', { wantsToken });
      const headers = (await CALLERS[name]?.()) ?? {};
      expect(await statusOf({ ...headers, 'x-copy': headers['authorization'] ?? '-' })).toBe(200);
      expect(received?.['authorization']).toBe(passes ? headers['authorization'] : undefined);
      expect(received).not.toHaveProperty('x-api-key');
      expect(JSON.stringify(received)).not.toContain('tsk-');
      if (name === 'ada') expect(received).not.toHaveProperty('x-copy');
    });

    it.each([
      ['?key=tsk-right', ''],
      ['?a=%20b&api_key=%74sk-right&c=d%', '?a=%20b&c=d%'],
      ['?a=tskr&b', '?a=tskr&b'],
    ])('is a query without serving keys: %s', async (query, left) => {
      await serve('public');
      await ask(`/p1/chat/v1${query}`);
      expect(receivedPath).toBe(`/v1${left}`);
    });

    it('is never the token that authenticated the caller, whatever its format', async () => {
      await fixture.close();
      fixture = await gatewayFixture({ verifier: createTokenVerifier([own.trusted]) });
      fixture.callers.update({ keys: [], subjects: [ADA] });
      await serve('authenticated');
      const token = own.oddToken(ADA.id, { ver: 2 });
      expect(token.startsWith('eyJ')).toBe(false);
      expect((await ask(`/p1/chat/v1?token=${token}`, { ...bearer(token), 'x-copy': token })).status).toBe(
        200,
      );
      expect(receivedPath).toBe('/v1');
      expect(JSON.stringify(received)).not.toContain(token);
    });

    it('is never an invalid token, even where the workload asks for tokens', async () => {
      await fixture.close();
      const verifier = createTokenVerifier([own.trusted]);
      fixture = await gatewayFixture({ verifier, tokenProjects: ['*'] });
      await serve('public', { wantsToken: true });
      expect(await statusOf(bearer(await own.token(ADA.id, {}, '-1m')))).toBe(200);
      expect(received).not.toHaveProperty('authorization');
    });

    it('includes the bearer token for the model server next to the key of the caller', async () => {
      await serve('authenticated');
      expect(await statusOf({ ...bearer('sk-model'), 'x-api-key': KEY })).toBe(200);
      expect(received).toMatchObject({ authorization: 'Bearer sk-model', 'x-tessera-caller-id': 'key-1' });
      expect(received).not.toHaveProperty('x-api-key');
    });

    it('identifies no caller where a public workload is called without a credential', async () => {
      await serve('public');
      expect(await statusOf({ ...bearer('sk-model'), 'x-tessera-caller-id': 'root' })).toBe(200);
      expect(Object.keys(received ?? {}).filter((name) => name.includes('caller'))).toEqual([]);
      expect(received).toMatchObject({ authorization: 'Bearer sk-model' });
    });
  });

  it('answers 503 where credentials cannot be checked, but serves public workloads', async () => {
    await fixture.close();
    const broken = { ...own.trusted, keys: () => Promise.reject(new Error('down')) };
    fixture = await gatewayFixture({ verifier: createTokenVerifier([broken]) });
    await serve('authenticated');
    expect(await statusOf({})).toBe(401);
    expect(await statusOf(bearer(KEY))).toBe(503);
    const token = await own.token(ADA.id);
    expect(await statusOf(bearer(token))).toBe(503);
    expect((await ask('/p1/none/', bearer(token))).status).toBe(503);
    fixture.source.setWorkload({ access: 'public' });
    expect(await statusOf(bearer(token))).toBe(200);
  });
});
