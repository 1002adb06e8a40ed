import { silentLogger } from '@tessera/platform-logging';
import { ApiServer, DirectClient } from '@tessera/simulation-kubernetes-api';
import {
  isAlreadyExists,
  isConflict,
  isExpired,
  isInvalid,
  isNotFound,
  type KubeApi,
  type WatchEvent,
} from '@tessera/simulation-kubernetes-api/client';
import { KubeClient } from './kube-client';

const TOKEN = 'test';
const MAPS = '/api/v1/namespaces/default/configmaps';
const WRONG_UID = '00000000-0000-4000-8000-00000000dead';

const api = new ApiServer({
  host: '127.0.0.1',
  port: 0,
  token: TOKEN,
  logger: silentLogger,
  historySize: 50,
});
beforeAll(() => api.listen('port'));
afterAll(() => api.close());

const errorOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Contract suite of {@link KubeApi}: what kubelets and controllers rely on, whether they share a process with the API. */
describe.each<[string, () => KubeApi]>([
  ['in the process of the API', () => new DirectClient(api.context)],
  [
    'over HTTP',
    () =>
      new KubeClient({
        server: `http://127.0.0.1:${api.port}`,
        headers: { authorization: `Bearer ${TOKEN}` },
      }),
  ],
])('a client of the API %s', (_where, open) => {
  let client: KubeApi;
  let name: string;
  let count = 0;
  beforeAll(() => void (client = open()));
  afterAll(() => client.close());
  beforeEach(() => void (name = `${_where.replaceAll(' ', '-').toLowerCase()}-${(count += 1)}`));

  const map = (data: Record<string, string>, labels: Record<string, string> = {}) => ({
    metadata: { name, labels },
    data,
  });
  /** The events of a watch from a version on, until there are so many. */
  async function watched(query: string, wanted: number): Promise<readonly (readonly [string, unknown])[]> {
    const ending = new AbortController();
    const events: WatchEvent[] = [];
    try {
      for await (const event of client.watch(`${MAPS}?watch=true&${query}`, ending.signal)) {
        if (event.type !== 'BOOKMARK') events.push(event);
        if (events.length >= wanted) ending.abort();
      }
    } catch (error) {
      // A connection that we close ends with an error.
      if (!ending.signal.aborted) throw error;
    }
    return events.map(({ type, object }) => [type, object['data'] ?? object['code']] as const);
  }

  it('creates, reads, replaces, patches and removes an object', async () => {
    const created = await client.create(MAPS, map({ a: '1' }));
    expect(created.metadata).toMatchObject({ name, namespace: 'default', uid: expect.any(String) });
    expect(await client.get(`${MAPS}/${name}`)).toEqual(created);
    const replaced = await client.replace(`${MAPS}/${name}`, { ...created, data: { b: '2' } });
    expect(replaced['data']).toEqual({ b: '2' });
    const patched = await client.patch(`${MAPS}/${name}`, { data: { c: '3' } });
    expect(patched['data']).toEqual({ b: '2', c: '3' });
    await client.remove(`${MAPS}/${name}`);
    expect(isNotFound(await errorOf(client.get(`${MAPS}/${name}`)))).toBe(true);
  });

  it('applies patches of every kind', async () => {
    await client.create(MAPS, map({ a: '1', b: '2' }));
    const patch = { data: { a: null } };
    expect((await client.patch(`${MAPS}/${name}`, patch, 'strategic-merge'))['data']).toEqual({ b: '2' });
    const operations = [{ op: 'add', path: '/data/c', value: '3' }];
    expect((await client.patch(`${MAPS}/${name}`, operations, 'json'))['data']).toEqual({ b: '2', c: '3' });
  });

  it('takes nothing of the bodies that it was given: a later change of them changes no object', async () => {
    const body = map({ a: '1' });
    await client.create(MAPS, body);
    body.data['a'] = 'changed';
    expect((await client.get(`${MAPS}/${name}`))['data']).toEqual({ a: '1' });
  });

  it('reports why the API refuses a call', async () => {
    const created = await client.create(MAPS, map({ a: '1' }));
    expect(isAlreadyExists(await errorOf(client.create(MAPS, map({ a: '1' }))))).toBe(true);
    await client.patch(`${MAPS}/${name}`, { data: { a: '2' } });
    const stale = await errorOf(client.replace(`${MAPS}/${name}`, { ...created, data: {} }));
    expect(isConflict(stale)).toBe(true);
    const another = { metadata: { uid: WRONG_UID }, data: {} };
    const mistaken = await errorOf(client.patch(`${MAPS}/${name}`, another));
    expect([isConflict(mistaken), isInvalid(mistaken)]).toContain(true);
    const late = client.remove(`${MAPS}/${name}`, { preconditions: { uid: WRONG_UID } });
    expect(isConflict(await errorOf(late))).toBe(true);
    expect(isInvalid(await errorOf(client.create(MAPS, { metadata: { name: 'Not A Name' } })))).toBe(true);
    expect(isNotFound(await errorOf(client.get(`${MAPS}/no-such-map`)))).toBe(true);
  });

  it('lists the objects of a selector, with a version from which a watch goes on', async () => {
    await client.create(MAPS, map({ a: '1' }, { of: name }));
    const { items, metadata } = await client.list(`${MAPS}?labelSelector=of%3D${name}`);
    expect(items.map((one) => one.metadata.name)).toEqual([name]);
    await client.patch(`${MAPS}/${name}`, { data: { a: '2' } });
    await client.patch(`${MAPS}/${name}`, { metadata: { labels: { of: 'others' } } });
    await client.patch(`${MAPS}/${name}`, { metadata: { labels: { of: name } } });
    await client.remove(`${MAPS}/${name}`);
    const query = `labelSelector=of%3D${name}&resourceVersion=${metadata.resourceVersion}`;
    const events = await watched(query, 4);
    expect(events.map(([type]) => type)).toEqual(['MODIFIED', 'DELETED', 'ADDED', 'DELETED']);
  });

  it('ends a watch when its signal is aborted', async () => {
    const { metadata } = await client.list(MAPS);
    const watching = watched(`resourceVersion=${metadata.resourceVersion}`, 1);
    await client.create(MAPS, map({ a: '1' }));
    expect(await watching).toEqual([['ADDED', { a: '1' }]]);
  });

  it('reports a version that is too old, by an error or by an event', async () => {
    const { metadata } = await client.list(MAPS);
    await client.create(MAPS, map({ a: '0' }));
    for (let change = 1; change <= 120; change += 1)
      await client.patch(`${MAPS}/${name}`, { data: { a: String(change) } });
    const old = watched(`resourceVersion=${metadata.resourceVersion}`, 1);
    const reported = await old.catch((error: unknown) => (isExpired(error) ? 'expired' : error));
    expect(['expired', JSON.stringify([['ERROR', 410]])]).toContain(
      typeof reported === 'string' ? reported : JSON.stringify(reported),
    );
  });
});
