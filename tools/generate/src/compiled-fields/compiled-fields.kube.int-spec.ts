import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { describeWithService, testKubernetes, type TestKubernetes } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { fieldCases } from './cases';
import { FULL_SPEC } from './full-spec';
import { largestTexts } from './largest-texts';
import { NAMESPACE, objectsOf } from './table';

interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const COLLECTIONS: Readonly<Record<string, string>> = {
  ConfigMap: `${CORE}/configmaps`,
  Pod: `${CORE}/pods`,
  Service: `${CORE}/services`,
  PersistentVolumeClaim: `${CORE}/persistentvolumeclaims`,
  NetworkPolicy: `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/networkpolicies`,
  Ingress: `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`,
};

describeWithService('kubernetes', 'a real API server', () => {
  let kubernetes: TestKubernetes;
  let admin: KubernetesConnection;
  beforeAll(async () => {
    kubernetes = await testKubernetes();
    admin = connectKubernetes(kubernetes.kubeconfigPath);
    const create = (path: string, body: object) => admin.request('POST', path, { body });
    await create('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    await create('/apis/scheduling.k8s.io/v1/priorityclasses', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: FULL_SPEC.priorityClass },
      value: 10,
    });
  }, SERVICE_START_MS);
  afterAll(async () => {
    await admin?.close();
    await kubernetes?.remove();
  });

  async function admits(spec: object): Promise<readonly Written[]> {
    const objects = Object.values(objectsOf(spec)) as readonly Written[];
    expect(objects.map(({ kind }) => kind)).toContain('Pod');
    for (const body of objects) {
      const path = COLLECTIONS[body.kind] ?? '';
      const query = { dryRun: 'All', fieldValidation: 'Strict' };
      const admitted = await admin.request<Written>('POST', path, { query, body });
      expect(admitted.metadata.name).toBe(body.metadata.name);
    }
    return objects;
  }

  it.each(fieldCases())('admits every object of %s, and knows every field of it', async (_name, spec) => {
    expect(await admits(spec)).not.toHaveLength(0);
  });

  it.each(largestTexts())('admits the largest text that the rules accept: %s', async (_what, spec) => {
    const sizes = (await admits(spec)).map((object) => JSON.stringify(object).length);
    expect(Math.max(...sizes)).toBeGreaterThan(100_000);
  });
});
