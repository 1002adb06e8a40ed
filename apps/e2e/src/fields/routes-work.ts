import { workload, type Json } from '../client';
import { LIMIT_MS, NAMESPACE, FaultTest } from '../faults/fault-test';
import { eventually, HTTP_ROUTES } from '@tessera/testing-services';
import { expectGolden, settled } from './golden';
import { FIELD_GROUPS } from './groups';
import { PRIVILEGED } from '../privileged';

const ROUTES = `/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}/httproutes`;

/** URLs of a workload on a cluster that exposes them by the Gateway API. */
export function routesWork(kubernetes: 'simulator' | 'real'): void {
  let faultTest: FaultTest;
  let id: string;
  beforeAll(async () => {
    faultTest = await FaultTest.start(['--kubernetes', kubernetes], {
      ...PRIVILEGED,
      TESSERA_EXPOSED_URLS: 'gateway',
      TESSERA_EXPOSED_URLS_BASE: 'https://apps.example',
      TESSERA_GATEWAY_PARENT: 'gateways/public',
    });
    const spec = FIELD_GROUPS.find(({ name }) => name === 'exposed-urls')?.spec ?? {};
    id = (await faultTest.client.create({ ...workload('exposed-urls', {}), spec })).workloadId;
  });
  afterAll(() => faultTest?.remove());

  const routes = (): Promise<readonly Json[]> => faultTest.items(ROUTES, id);

  if (kubernetes === 'real')
    it('are missed, and nothing else, where the cluster does not know HTTPRoutes yet', async () => {
      await faultTest.says(id, 'Degraded', /^KindMissing$/, /does not know this kind of object/);
      expect(await faultTest.condition(id, 'UrlsExposed')).toMatchObject({
        status: 'False',
        reason: 'KindMissing',
      });
      expect((await faultTest.podOf(id)).status.phase).toBe('Running');
      await faultTest.cluster.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        body: HTTP_ROUTES,
      });
    });

  it('become HTTPRoutes of the gateway, as their golden has them', async () => {
    await faultTest.running(id);
    expect(await faultTest.condition(id, 'UrlsExposed')).toMatchObject({ status: 'True', reason: 'Exposed' });
    const found = (await routes()).map((route) => ({
      ...route,
      kind: 'HTTPRoute',
      apiVersion: 'gateway.networking.k8s.io/v1',
    }));
    expect(found).toHaveLength(2);
    for (const { metadata } of found) expect(metadata.ownerReferences).toHaveLength(1);
    expectGolden(
      'exposed-urls-gateway',
      found.map((route) => settled(route, id)),
    );
    const { body } = await faultTest.client.call('GET', `/api/v1/workloads/${id}`);
    expect(body.urls.slice(1)).toEqual([
      'https://notes.example/lab',
      'https://exposed-urls-project-1-yqkafy.apps.example/',
    ]);
  });

  it('are put right where somebody edits or deletes a route', async () => {
    const [route] = await routes();
    const path = `${ROUTES}/${route.metadata.name}`;
    const isRight = (): Promise<void> =>
      eventually(async () => {
        const now = await faultTest.cluster.request<Json>('GET', path);
        expect(now.spec).toEqual(route.spec);
      }, LIMIT_MS);
    await faultTest.patch(path, { spec: { hostnames: ['elsewhere.example'] } });
    await isRight();
    await faultTest.cluster.request('DELETE', path);
    await isRight();
  });

  it('are gone with their workload', async () => {
    await faultTest.end(id);
    await eventually(async () => expect(await routes()).toEqual([]), LIMIT_MS);
  });
}
