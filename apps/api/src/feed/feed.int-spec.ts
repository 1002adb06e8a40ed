import { SIGNATURE_HEADER, signatureOf } from '@tessera/adapter-services';
import { GatewayFeedClient } from '@tessera/adapter-services/gateway';
import { feedPath } from '@tessera/contracts-internal';
import { apiUnderTest, type ApiUnderTest } from '../testing/api-under-test';

const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const KEY = Buffer.alloc(32, 7);
const never = new AbortController().signal;

let api: ApiUnderTest;
beforeAll(async () => {
  const keys = `${Buffer.alloc(32, 1).toString('base64')},${KEY.toString('base64')}`;
  api = await apiUnderTest({ TESSERA_GATEWAY_REPORT_KEYS: keys });
});
afterAll(() => api.close());

const client = (more: object = {}) =>
  new GatewayFeedClient({ urls: [api.url], clusterId: CLUSTER, key: KEY, ...more });
const makeApplication = async (name: string) =>
  (await api.call('POST', '/api/v1/apps', { body: { name } })).body;

describe('the feed for gateways', () => {
  it('has every subject of the tenant, with the number of its secrets', async () => {
    const { snapshot } = await client().ask(undefined, never);
    expect(snapshot?.subjects).toEqual([
      { id: expect.any(String), kind: 'app', name: 'first', secretVersion: 1 },
    ]);
    expect(snapshot?.keys).toEqual([]);
  });

  it('answers who waits once a subject is added, has a new secret, or is gone', async () => {
    const feed = client();
    let { version } = await feed.ask(undefined, never);
    const next = async () => {
      const answer = await feed.ask(version, never);
      expect(answer.version).not.toBe(version);
      version = answer.version;
      return answer.snapshot?.subjects.find(({ name }) => name === 'robot');
    };
    let waiting = next();
    const { id } = await makeApplication('robot');
    expect(await waiting).toEqual({ id, kind: 'app', name: 'robot', secretVersion: 1 });
    waiting = next();
    await api.call('POST', `/api/v1/apps/${id}/secret`);
    expect(await waiting).toMatchObject({ secretVersion: 2 });
    waiting = next();
    await api.call('DELETE', `/api/v1/apps/${id}`);
    expect(await waiting).toBeUndefined();
  });

  it('is not stirred by logins', async () => {
    const before = (await client().ask(undefined, never)).version;
    await api.tokenOf('first', 'first-secret-of-16');
    expect((await client().ask(undefined, never)).version).toBe(before);
  });

  it.each([
    ['another key', { key: Buffer.alloc(32, 9) }, /401.*TESSERA_GATEWAY_REPORT_KEYS/],
    ['an unknown cluster', { clusterId: '00000000-0000-4000-8000-000000000000' }, /404.*no cluster/],
    ['a cluster that is none', { clusterId: 'a' }, /404.*no cluster/],
  ])('refuses a gateway with %s', async (_title, more, reason) => {
    await expect(client(more).ask(undefined, never)).rejects.toThrow(reason);
  });

  it.each([
    ['without a nonce', '?since=1'],
    ['with a version that is too long', `?nonce=${'n'.repeat(20)}&since=${'1'.repeat(65)}`],
  ])('refuses a query %s', async (_title, query) => {
    const path = `${feedPath(CLUSTER)}${query}`;
    const headers = { [SIGNATURE_HEADER]: signatureOf(KEY, { path, body: '' }) };
    expect((await api.call('GET', path, { headers, token: null })).status).toBe(400);
  });

  it('refuses a signature for another query, and a token instead of one', async () => {
    const path = `${feedPath(CLUSTER)}?nonce=${'n'.repeat(20)}`;
    const headers = { [SIGNATURE_HEADER]: signatureOf(KEY, { path, body: '' }) };
    expect((await api.call('GET', `${path}&since=1`, { headers, token: null })).status).toBe(401);
    expect((await api.call('GET', path)).status).toBe(401);
  });
});
