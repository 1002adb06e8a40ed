import { silentLogger } from '@tessera/platform-logging';
import { SERVICE_START_MS } from '@tessera/dev-services';
import {
  describeWithService,
  eventually,
  HTTP_ROUTES,
  testKubernetes,
  type TestKubernetes,
} from '@tessera/testing-services';
import { connectKubernetes, type KubernetesConnection } from '../api/connection';
import { Informer } from './informer';
import type { WireObject } from './wire-object';

const PATH = '/api/v1/namespaces/default/configmaps';

describeWithService('kubernetes', 'the informer on a real API server', () => {
  let kubernetes: TestKubernetes;
  let connection: KubernetesConnection;
  let informer: Informer<WireObject>;
  beforeAll(async () => {
    kubernetes = await testKubernetes();
    connection = connectKubernetes(kubernetes.kubeconfigPath);
    informer = new Informer({ connection, path: '/api/v1/configmaps', logger: silentLogger });
    await informer.start();
  }, SERVICE_START_MS);
  afterAll(async () => {
    await informer?.stop();
    await connection?.close();
    await kubernetes?.remove();
  });

  const create = (name: string): Promise<unknown> =>
    connection.request('POST', PATH, { body: { metadata: { name } } });
  const shows = (name: string, there = true): Promise<void> =>
    eventually(() => expect(informer.get(name, 'default') !== undefined).toBe(there), SERVICE_START_MS);

  it('follows what comes and goes', async () => {
    await create('one');
    await shows('one');
    await connection.request('DELETE', `${PATH}/one`);
    await expect(shows('one', false)).resolves.toBeUndefined();
  });

  it(
    'goes on after the server was killed, with what came and went before it was back',
    async () => {
      await create('lasting');
      await shows('lasting');
      await kubernetes.kill();
      await kubernetes.startAgain();
      const other = connectKubernetes(kubernetes.kubeconfigPath);
      await other.request('POST', PATH, { body: { metadata: { name: 'after' } } });
      await other.request('DELETE', `${PATH}/lasting`);
      await other.close();
      await shows('after');
      await expect(shows('lasting', false)).resolves.toBeUndefined();
      expect(connection.watches.ends('wentBack')).toBe(0);
    },
    3 * SERVICE_START_MS,
  );

  it(
    'notices and reports a server that is frozen, and follows again once it answers',
    async () => {
      const limits = { watchSilenceMs: 1_500, watchPatienceMs: 500 };
      const watching = connectKubernetes(kubernetes.kubeconfigPath, undefined, limits);
      const watched = new Informer<WireObject>({
        connection: watching,
        path: '/api/v1/configmaps',
        logger: silentLogger,
      });
      await watched.start();
      kubernetes.freeze();
      await eventually(
        () => expect(watching.watches.notReady()).toMatch(/watch of \/api\/v1\/configmaps for \d+ s/),
        SERVICE_START_MS,
      );
      kubernetes.thaw();
      await create('thawed');
      await eventually(() => expect(watched.get('thawed', 'default')).toBeDefined(), SERVICE_START_MS);
      expect(watching.watches.notReady()).toBeUndefined();
      await watched.stop();
      await watching.close();
    },
    3 * SERVICE_START_MS,
  );

  it(
    'believes the objects of an etcd that was restored from an older copy',
    async () => {
      await kubernetes.stop();
      const restore = await kubernetes.backUp();
      await kubernetes.startAgain();
      await eventually(() => create('lost'), SERVICE_START_MS);
      await shows('lost');
      await kubernetes.kill();
      await restore();
      await kubernetes.startAgain();
      await shows('lost', false);
      await create('later');
      await expect(shows('later')).resolves.toBeUndefined();
    },
    4 * SERVICE_START_MS,
  );

  it(
    'takes a kind that is not served as one without objects, until it is',
    async () => {
      const path = '/apis/gateway.networking.k8s.io/v1/httproutes';
      const routes = new Informer({ connection, path, logger: silentLogger, unknownKind: 'empty' });
      await routes.start();
      expect([routes.synced, [...routes.list()]]).toEqual([true, []]);
      await connection.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        body: HTTP_ROUTES,
      });
      await eventually(
        () =>
          connection.request('POST', '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes', {
            body: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r' } },
          }),
        SERVICE_START_MS,
      );
      await eventually(() => expect(routes.get('r', 'default')).toBeDefined(), SERVICE_START_MS);
      // Of custom resources each item of a list says what it is; the simulated API does the same.
      const { items } = await connection.request<{ items: readonly object[] }>('GET', path);
      expect(items).toEqual([
        expect.objectContaining({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' }),
      ]);
      await routes.stop();
    },
    2 * SERVICE_START_MS,
  );
});
