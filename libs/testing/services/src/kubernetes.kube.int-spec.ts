import { CoreV1Api, KubeConfig, Watch, type V1ConfigMap, type V1Pod } from '@kubernetes/client-node';
import { retry } from '@tessera/platform-lifecycle';
import { testKubernetes, type TestKubernetes } from './kubernetes';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { describeWithService } from './describe-with-service';

const POLL = { firstMs: 50, maxMs: 200, attempts: 100 };

describeWithService('kubernetes', 'a real Kubernetes API server', () => {
  let server: TestKubernetes;
  let api: CoreV1Api;
  let config: KubeConfig;
  beforeAll(async () => {
    server = await testKubernetes();
    config = new KubeConfig();
    config.loadFromFile(server.kubeconfigPath);
    api = config.makeApiClient(CoreV1Api);
  }, SERVICE_START_MS);
  afterAll(() => server.remove(), SERVICE_START_MS);

  const pod = (name: string): V1Pod => ({
    metadata: { name },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'model:1' }] },
  });
  /** A new namespace with a pod in it; the pod has to wait until the controllers have made the service account. */
  const namespaceWithPod = async (namespace: string): Promise<V1Pod> => {
    await api.createNamespace({ body: { metadata: { name: namespace } } });
    return retry(() => api.createNamespacedPod({ namespace, body: pod('one') }), POLL);
  };
  const gone = async (read: () => Promise<unknown>): Promise<void> => {
    await retry(async () => {
      const code = await read().then(
        () => 200,
        (error: { code?: number }) => error.code,
      );
      if (code !== 404) throw new Error(`still answers ${code}`);
    }, POLL);
  };

  it('gives pods the default service account of their namespace', async () => {
    const created = await namespaceWithPod('accounts');

    expect(created.spec).toMatchObject({ serviceAccountName: 'default', nodeName: 'node-1' });
  });

  it('reports to a watch what happens to pods', async () => {
    await namespaceWithPod('watched');
    const seen: string[] = [];
    const deleted = new Promise<void>((resolve) => {
      void new Watch(config)
        .watch(
          '/api/v1/namespaces/watched/pods',
          {},
          (type, object: V1Pod) => {
            seen.push(`${type} ${object.metadata?.name}`);
            if (type === 'DELETED') resolve();
          },
          () => undefined,
        )
        .then((controller) => deleted.then(() => controller.abort()));
    });
    await retry(async () => {
      if (seen.length === 0) throw new Error('the watch has not begun');
    }, POLL);

    await api.deleteNamespacedPod({ namespace: 'watched', name: 'one', gracePeriodSeconds: 0 });

    await deleted;
    expect([seen.at(0), seen.at(-1)]).toEqual(['ADDED one', 'DELETED one']);
  });

  it('collects what belonged to a deleted owner', async () => {
    const owner = await namespaceWithPod('garbage');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'one', uid: owner.metadata?.uid ?? '' }];
    const body: V1ConfigMap = { metadata: { name: 'owned', ownerReferences } };
    await api.createNamespacedConfigMap({ namespace: 'garbage', body });

    await api.deleteNamespacedPod({ namespace: 'garbage', name: 'one', gracePeriodSeconds: 0 });

    await gone(() => api.readNamespacedConfigMap({ namespace: 'garbage', name: 'owned' }));
  }, 30_000);

  it('empties and removes a deleted namespace', async () => {
    await api.createNamespace({ body: { metadata: { name: 'short-lived' } } });
    await api.createNamespacedConfigMap({ namespace: 'short-lived', body: { metadata: { name: 'inside' } } });

    await api.deleteNamespace({ name: 'short-lived' });

    await gone(() => api.readNamespace({ name: 'short-lived' }));
  }, 30_000);

  it('lets nobody in without rights', async () => {
    const stranger = new KubeConfig();
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error('the kubeconfig has no cluster');
    stranger.loadFromClusterAndUser(cluster, { name: 'stranger' });

    const asked = stranger.makeApiClient(CoreV1Api).listNamespace();

    await expect(asked).rejects.toMatchObject({ code: 403 });
  });

  it(
    'keeps objects and credentials over a stop and over a kill',
    async () => {
      await namespaceWithPod('kept');
      const read = async (): Promise<string | undefined> =>
        (await api.readNamespacedPod({ namespace: 'kept', name: 'one' })).metadata?.uid;
      const before = await read();

      await server.stop();
      await server.startAgain();
      expect(await read()).toBe(before);

      await server.kill();
      await server.startAgain();
      expect(await read()).toBe(before);
    },
    2 * SERVICE_START_MS,
  );
});
