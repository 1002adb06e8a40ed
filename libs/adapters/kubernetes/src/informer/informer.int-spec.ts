import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { maybe } from '@tessera/kernel';
import { silentLogger } from '@tessera/platform-logging';
import { eventually } from '@tessera/testing-services';
import { KubernetesConnection } from '../api/connection';
import { Informer } from './informer';
import type { WireObject } from './wire-object';

interface Thing extends WireObject {
  readonly value: string;
}

const thing = (name: string, resourceVersion: number, value = 'v', uid = `uid-${name}`): Thing => ({
  metadata: { name, namespace: 'ns', uid, resourceVersion: String(resourceVersion) },
  value,
});

/** A list-and-watch server whose answers the specification writes by hand. */
async function fakeApi(watchSilenceMs?: number) {
  let items: Thing[] = [];
  let version = 1;
  const watches: { readonly from: string; readonly response: ServerResponse }[] = [];
  let lists = 0;
  let probes = 0;
  const witnessed: string[] = [];
  const hooks: { beforeLastPage?: () => void; refuses?: boolean; frozen?: boolean } = {};
  const server = createServer((request, response) => {
    if (hooks.frozen === true) return;
    const url = new URL(request.url ?? '/', 'http://x');
    if (hooks.refuses === true) {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ reason: 'Forbidden', code: 403 }));
      return;
    }
    if (url.searchParams.get('watch') === 'true') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      watches.push({ from: url.searchParams.get('resourceVersion') ?? '', response });
      return;
    }
    lists += 1;
    if (url.searchParams.get('limit') === '1') probes += 1;
    if (url.searchParams.get('resourceVersionMatch') === 'Exact') {
      const named = ({ metadata }: Thing) =>
        url.searchParams.get('fieldSelector') === `metadata.name=${metadata.name}`;
      witnessed.push(`${url.pathname} at ${url.searchParams.get('resourceVersion') ?? ''}`);
      return void response.end(JSON.stringify({ items: items.filter(named), metadata: {} }));
    }
    const page = url.searchParams.get('continue') === 'rest' ? items.slice(1) : items.slice(0, 1);
    if (url.searchParams.get('continue') === 'rest') hooks.beforeLastPage?.();
    const more = url.searchParams.get('continue') === null && items.length > 1 ? { continue: 'rest' } : {};
    response.end(JSON.stringify({ items: page, metadata: { resourceVersion: String(version), ...more } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeConfig = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  kubeConfig.loadFromClusterAndUser(
    { name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'u', token: 't' },
  );
  const connection = new KubernetesConnection(kubeConfig, undefined, {
    ...maybe('watchSilenceMs', watchSilenceMs),
    watchPatienceMs: 0,
  });
  return Object.assign(hooks, {
    connection,
    set(next: Thing[], at: number) {
      items = next;
      version = at;
    },
    /** Pages of lists, and lists of one object that only ask for the version. */
    lists: () => lists,
    probes: () => probes,
    witnessed,
    watches,
    send: (index: number, type: string, object: unknown) =>
      watches[index]?.response.write(`${JSON.stringify({ type, object })}\n`),
    async close() {
      await connection.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Waits until a condition holds; the error says what it stands for. */
const until = (holds: () => boolean, what: string): Promise<void> =>
  eventually(() => {
    if (!holds()) throw new Error(`never happened: ${what}`);
  });

describe('the informer', () => {
  let api: Awaited<ReturnType<typeof fakeApi>>;
  let informer: Informer<Thing>;
  let seen: string[];

  beforeEach(async () => {
    api = await fakeApi();
    api.set([thing('a', 1), thing('b', 2)], 2);
    informer = new Informer<Thing>({ connection: api.connection, path: '/things', logger: silentLogger });
    seen = [];
    informer.onChange(({ type, object }) => seen.push(`${type} ${object.metadata.name} ${object.value}`));
    await informer.start();
    await until(() => api.watches.length === 1, 'the first watch');
  });

  afterEach(async () => {
    await informer.stop();
    await api.close();
  });

  it('lists every page and then watches from that version', () => {
    expect([...informer.list()].map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(api.watches[0]?.from).toBe('2');
    expect(informer.synced).toBe(true);
  });

  it('follows creations, changes and deletions, and reports each once', async () => {
    api.send(0, 'MODIFIED', thing('a', 3, 'new'));
    api.send(0, 'MODIFIED', thing('a', 3, 'new'));
    api.send(0, 'ADDED', thing('c', 4));
    api.send(0, 'DELETED', thing('b', 5));
    await until(() => informer.get('b', 'ns') === undefined, 'the deletion');
    expect(seen.slice(2)).toEqual(['updated a new', 'added c v', 'deleted b v']);
  });

  it('continues from the last version, including bookmarks, when the server ends the watch', async () => {
    api.send(0, 'BOOKMARK', thing('', 9));
    api.watches[0]?.response.end();
    await until(() => api.watches.length === 2, 'the second watch');
    expect(api.watches[1]?.from).toBe('9');
    expect(api.lists()).toBe(2);
  });

  it('lists again when the version expired, and reports what was deleted meanwhile', async () => {
    api.set([thing('a', 1)], 20);
    api.send(0, 'ERROR', { code: 410, reason: 'Expired', message: 'too old resource version' });
    await until(() => api.watches.length === 2, 'the watch after the list');
    expect(api.watches[1]?.from).toBe('20');
    expect(seen.at(-1)).toBe('deleted b v');
  });

  it('reads again when asked, although the server sends nothing on the watch', async () => {
    api.set([thing('a', 1), thing('c', 5)], 5);
    await Promise.all([informer.refresh(), informer.refresh()]);
    expect(seen.slice(2)).toEqual(['added c v', 'deleted b v']);
    await until(() => api.watches.length === 2, 'the watch from the new list');
    expect(api.watches[1]?.from).toBe('5');
    api.send(1, 'ADDED', thing('d', 6));
    await until(() => informer.get('d', 'ns') !== undefined, 'what follows on the new watch');
  });

  it('resolves a request to read again only with a list that begins afterwards', async () => {
    let second: Promise<void> | undefined;
    api.beforeLastPage = () => {
      second ??= informer.refresh();
      api.set([thing('a', 1), thing('b', 2), thing('late', 7)], 7);
    };
    await informer.refresh();
    api.beforeLastPage = () => undefined;
    await second;
    expect(informer.get('late', 'ns')).toBeDefined();
  });

  it('leaves nobody waiting for a new list when it is stopped', async () => {
    api.frozen = true;
    const refreshed = informer.refresh();
    await informer.stop();
    await expect(refreshed).resolves.toBeUndefined();
  });

  it('keeps our own write although a concurrent list is older', async () => {
    await until(() => api.watches.length === 1, 'the watch');
    api.beforeLastPage = () => informer.observe(thing('mine', 9));
    api.send(0, 'ERROR', { code: 410, reason: 'Expired' });
    await until(() => api.watches.length === 2, 'the second watch');
    expect(seen).toContain('added mine v');
    expect(informer.get('mine', 'ns')).toBeDefined();
    api.send(1, 'DELETED', thing('mine', 10));
    await until(() => informer.get('mine', 'ns') === undefined, 'its end');
  });

  it('applies our own write at once, and then neither an older state nor a deleted object', async () => {
    informer.observe(thing('d', 10, 'created'));
    expect(informer.get('d', 'ns')?.value).toBe('created');
    api.send(0, 'MODIFIED', thing('d', 12, 'later'));
    await until(() => informer.get('d', 'ns')?.value === 'later', 'the newer state');
    informer.observe(thing('d', 10, 'created'));
    expect(informer.get('d', 'ns')?.value).toBe('later');
    api.send(0, 'DELETED', thing('d', 13));
    await until(() => informer.get('d', 'ns') === undefined, 'the deletion');
    informer.observe(thing('d', 12, 'later'));
    expect(informer.get('d', 'ns')).toBeUndefined();
  });

  it('restores an object that matches the selectors again, but applies no late answer to our own write', async () => {
    api.send(0, 'DELETED', thing('a', 5));
    await until(() => informer.get('a', 'ns') === undefined, 'the end');
    informer.observe(thing('a', 4, 'late'));
    expect(informer.get('a', 'ns')).toBeUndefined();
    api.send(0, 'ADDED', thing('a', 6, 'again'));
    await until(() => informer.get('a', 'ns')?.value === 'again', 'its return');
  });

  it('restores an object that matches the selectors again after a list without it', async () => {
    api.set([thing('a', 1)], 20);
    api.send(0, 'ERROR', { code: 410, reason: 'Expired', message: 'too old resource version' });
    await until(() => api.watches.length === 2, 'the watch after the list');
    informer.observe(thing('b', 19, 'late'));
    expect(informer.get('b', 'ns')).toBeUndefined();
    api.send(1, 'ADDED', thing('b', 21, 'again'));
    await until(() => informer.get('b', 'ns')?.value === 'again', 'its return');
  });

  it('is empty while it may not read the list, if that is no error', async () => {
    const path = '/things';
    const allowed = new Informer<Thing>({
      connection: api.connection,
      path,
      logger: silentLogger,
      forbidden: 'empty',
    });
    await allowed.start();
    await until(() => api.watches.length === 2, 'its watch');
    api.refuses = true;
    api.watches[1]?.response.end();
    await until(() => [...allowed.list()].length === 0, 'what may not be read any more');
    expect([allowed.synced, allowed.refused]).toEqual([true, true]);
    await allowed.refresh();
    api.refuses = false;
    await until(() => [...allowed.list()].length === 2, 'what may be read again');
    expect(allowed.refused).toBe(false);
    await allowed.stop();
  });

  it('ignores filtered objects, and caches the trimmed form of the rest', async () => {
    const reported: string[] = [];
    const picky = new Informer<Thing, WireObject>({
      connection: api.connection,
      path: '/things',
      logger: silentLogger,
      concerns: ({ value }) => value !== 'dull',
      trim: ({ metadata }) => ({ metadata }),
    });
    picky.onChange(({ type, object }) => reported.push(`${type} ${object.metadata.name}`));
    await picky.start();
    await until(() => api.watches.length === 2, 'its watch');
    api.send(1, 'ADDED', thing('x', 3, 'dull'));
    api.send(1, 'DELETED', thing('x', 4, 'dull'));
    api.send(1, 'ADDED', thing('y', 5));
    await until(() => picky.get('y', 'ns') !== undefined, 'what concerns it');
    await picky.stop();
    expect(picky.get('y', 'ns')).not.toHaveProperty('value');
    expect(reported).toEqual(['added a', 'added b', 'added y']);
  });
});

/** What an API server sends on a watch from a version that it has not reached. */
const TOO_LARGE = {
  code: 504,
  reason: 'Timeout',
  message: 'Too large resource version: 900, current: 20',
  details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
};

describe('the informer on a server whose versions went back', () => {
  let api: Awaited<ReturnType<typeof fakeApi>>;
  let informer: Informer<Thing>;
  beforeEach(async () => {
    api = await fakeApi();
    api.set([thing('a', 800, 'new'), thing('b', 900)], 900);
    informer = new Informer<Thing>({ connection: api.connection, path: '/things', logger: silentLogger });
    await informer.start();
    await until(() => api.watches.length === 1, 'the first watch');
  });
  afterEach(async () => {
    await informer.stop();
    await api.close();
  });

  const believes = async (): Promise<void> => {
    await until(() => api.watches.length === 2, 'the watch after the list');
    expect([...informer.list()].map(({ metadata, value }) => [metadata.name, value])).toEqual([['a', 'old']]);
    api.send(1, 'MODIFIED', thing('a', 21, 'newer'));
    api.send(1, 'ADDED', thing('b', 22, 'again'));
    await until(() => informer.get('b', 'ns')?.value === 'again', 'what returned with its uid');
    expect(informer.get('a', 'ns')?.value).toBe('newer');
  };

  it('believes the list after a refusal of its version, although versions are smaller', async () => {
    api.set([thing('a', 10, 'old')], 20);
    api.send(0, 'ERROR', TOO_LARGE);
    await believes();
    expect(api.connection.watches.ends('wentBack')).toBe(1);
  });

  it('believes the list after its version expired', async () => {
    api.set([thing('a', 10, 'old')], 20);
    api.send(0, 'ERROR', { code: 410, reason: 'Expired' });
    await believes();
  });

  it('asks for the version after a lost connection, and lists again if it is smaller', async () => {
    api.set([thing('a', 10, 'old')], 20);
    api.watches[0]?.response.destroy();
    await believes();
    expect(api.probes()).toBe(1);
  });

  it('goes on from its version after a lost connection if the server has reached it', async () => {
    api.watches[0]?.response.destroy();
    await until(() => api.watches.length === 2, 'the second watch');
    expect([api.watches[1]?.from, api.probes()]).toEqual(['900', 1]);
    expect(api.witnessed).toEqual(['/namespaces/ns/things at 900']);
  });

  it.each([
    ['is not there at that version', [thing('a', 10, 'old')]],
    ['is another one at that version', [thing('a', 10, 'old'), thing('b', 850)]],
  ])('lists again if the versions have grown beyond its own, but its newest object %s', async (_, at) => {
    api.set(at, 950);
    api.watches[0]?.response.destroy();
    await until(() => api.watches.length === 2, 'the watch after the list');
    expect(api.watches[1]?.from).toBe('950');
    expect([...informer.list()].map(({ metadata }) => metadata.resourceVersion)).toEqual(
      at.map(({ metadata }) => metadata.resourceVersion),
    );
    expect(api.connection.watches.ends('wentBack')).toBe(1);
  });

  it('shows a deleted object again if the list after the restore contains it', async () => {
    api.send(0, 'DELETED', thing('a', 901));
    await until(() => informer.get('a', 'ns') === undefined, 'the deletion');
    api.set([thing('a', 10, 'old')], 20);
    api.send(0, 'ERROR', TOO_LARGE);
    await believes();
  });
});

describe('the informer on a silent server', () => {
  const SILENCE_MS = 300;
  let api: Awaited<ReturnType<typeof fakeApi>>;
  let informer: Informer<Thing>;
  const start = async (bookmarks?: boolean): Promise<void> => {
    api = await fakeApi(SILENCE_MS);
    api.set([thing('a', 900)], 900);
    const [connection, logger, path] = [api.connection, silentLogger, '/things'] as const;
    informer = new Informer<Thing>({ connection, path, logger, ...maybe('bookmarks', bookmarks) });
    await informer.start();
    await until(() => api.watches.length === 1, 'the first watch');
  };
  afterEach(async () => {
    await informer.stop();
    await api.close();
  });

  it('closes the connection, lists again and believes a list of an older history', async () => {
    await start();
    let closed = false;
    api.watches[0]?.response.once('close', () => (closed = true));
    api.set([thing('b', 10)], 20);
    await until(() => informer.get('b', 'ns') !== undefined, 'the new list');
    expect(informer.get('a', 'ns')).toBeUndefined();
    await until(() => closed, 'the end of the silent connection');
    expect(api.connection.watches.ends('silent')).toBeGreaterThan(0);
  });

  it('does not list a kind without bookmarks again, only asks for the version', async () => {
    await start(false);
    await until(() => api.watches.length === 3, 'the third watch');
    expect(api.watches.map(({ from }) => from)).toEqual(['900', '900', '900']);
    expect(api.lists() - api.probes()).toBe(1);
    expect(api.connection.watches.ends('silent')).toBe(0);
  });

  it('is not ready while nothing answers, with the path and the cause, and ready again afterwards', async () => {
    await start();
    api.frozen = true;
    await until(() => api.connection.watches.notReady() !== undefined, 'that it is not ready');
    expect(api.connection.watches.notReady()).toMatch(/^no data from the watch of \/things for \d+ s/);
    expect(api.connection.watches.longestSilenceMs()).toBeGreaterThan(SILENCE_MS);
    api.frozen = false;
  });
});
