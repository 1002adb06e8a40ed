import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { connectKubernetes, KubernetesConnection } from '@tessera/adapter-kubernetes';
import { silentLogger } from '@tessera/platform-logging';
import {
  describeWithService,
  testKubernetes,
  type TestKubernetes,
  eventually,
} from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { parseAllDocuments } from 'yaml';
import { PodReplicas } from './pod-replicas';

/** The RBAC that the chart creates for the named namespaces `team-a` and `team-b`; the chart's own spec checks it. */
const CHART = join(__dirname, '../../../../deploy/helm/goldens/cluster-only.yaml');
const ACCOUNT = 'tessera-gateway';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

describeWithService('kubernetes', 'a gateway with the rights of named namespaces', () => {
  let kubernetes: TestKubernetes;
  let admin: KubernetesConnection;
  let gateway: KubernetesConnection;
  let anyCall: KubernetesConnection;
  let replicas: PodReplicas;
  let later: PodReplicas | undefined;
  const reported: string[] = [];
  const workloads: string[] = [];

  beforeAll(async () => {
    kubernetes = await testKubernetes();
    admin = connectKubernetes(kubernetes.kubeconfigPath);
    for (const name of ['tessera', 'team-a', 'team-b', 'foreign']) await createNamespace(name);
    await admin.request('POST', '/api/v1/namespaces/tessera/serviceaccounts', {
      body: { metadata: { name: ACCOUNT } },
    });
    for (const { kind, metadata, ...rest } of await rightsOfGateway())
      await admin.request('POST', pathOf({ kind, metadata }), { body: { kind, metadata, ...rest } });
    const { status } = await admin.request<{ readonly status: { readonly token: string } }>(
      'POST',
      `/api/v1/namespaces/tessera/serviceaccounts/${ACCOUNT}/token`,
      { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } } },
    );
    gateway = connectedAs(kubernetes, status.token, 'gateway');
    anyCall = connectedAs(kubernetes, status.token);
    replicas = readerOfBoth();
    await replicas.start({
      workload: ({ type, known }) => workloads.push(`${type} ${known.project}`),
      replica: ({ type, replica }) => reported.push(`${type} ${replica.project}`),
    });
  }, SERVICE_START_MS);
  afterAll(async () => {
    await replicas?.stop();
    await later?.stop();
    await gateway?.close();
    await anyCall?.close();
    await admin?.close();
    await kubernetes?.remove();
  });

  const createNamespace = (name: string): Promise<unknown> =>
    admin.request('POST', '/api/v1/namespaces', {
      body: { metadata: { name, labels: { 'tessera.io/project': `project-of-${name}` } } },
    });
  const createReplica = async (namespace: string): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}`;
    const owner = await admin.request<{ readonly metadata: { readonly uid: string } }>(
      'POST',
      `${path}/configmaps`,
      { body: { metadata: { name: 'chat-workload', labels: labelsIn(namespace) } } },
    );
    await admin.request('POST', `${path}/pods`, { body: replicaPod(namespace, owner.metadata.uid) });
  };
  const readerOfBoth = (): PodReplicas =>
    new PodReplicas(gateway, silentLogger, { simulatedPods: false, namespaces: ['team-a', 'team-b'] });

  it.each([
    '/api/v1/pods',
    '/api/v1/namespaces',
    '/api/v1/namespaces?fieldSelector=metadata.name%3Dforeign',
    '/api/v1/namespaces/foreign/pods',
    '/api/v1/namespaces/tessera/pods',
    '/api/v1/namespaces/team-a/secrets',
    '/api/v1/configmaps',
    '/api/v1/namespaces/foreign/configmaps',
  ])('may not list %s', async (path) => {
    await expect(anyCall.request('GET', path)).rejects.toMatchObject({ status: 403 });
  });

  it('may list pods and the Namespace object of each, and so is ready', async () => {
    await expect(gateway.request('GET', '/api/v1/namespaces/team-a/pods')).resolves.toHaveProperty('items');
    const query = { fieldSelector: 'metadata.name=team-b' };
    await expect(gateway.request('GET', '/api/v1/namespaces', { query })).resolves.toHaveProperty('items');
    expect(replicas.notReady()).toBeUndefined();
  });

  it('sees new workloads and replicas of both, and none of another namespace', async () => {
    await createReplica('foreign');
    await createReplica('team-a');
    await createReplica('team-b');
    const both = ['present project-of-team-a', 'present project-of-team-b'];
    await eventually(() => expect([...reported].sort()).toEqual(both));
    expect([...workloads].sort()).toEqual(both);
  });

  it('removes the replicas of a namespace whose project label is removed', async () => {
    await admin.request('PATCH', '/api/v1/namespaces/team-a', {
      body: { metadata: { labels: { 'tessera.io/project': null } } },
      contentType: 'application/merge-patch+json',
    });
    await eventually(() => expect(reported).toContain('gone project-of-team-a'));
  });

  it('stays ready for the others when somebody takes its rights in one away', async () => {
    await admin.request('DELETE', `${RBAC}/namespaces/team-a/rolebindings/tessera-tessera-gateway-projects`);
    later = readerOfBoth();
    const found: string[] = [];
    await eventually(() =>
      expect(gateway.request('GET', '/api/v1/namespaces/team-a/pods')).rejects.toMatchObject({ status: 403 }),
    );
    await later.start({
      workload: () => undefined,
      replica: ({ replica }) => found.push(replica.project),
    });
    expect([found, later.notReady()]).toEqual([['project-of-team-b'], undefined]);
  });
});

/** The service account of the gateway; without its role, no request is rejected before it is sent. */
function connectedAs(
  { kubeconfigPath }: TestKubernetes,
  token: string,
  role?: 'gateway',
): KubernetesConnection {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(kubeconfigPath);
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error(`no current cluster in ${kubeconfigPath}`);
  kubeConfig.loadFromClusterAndUser(cluster, { name: ACCOUNT, token });
  return new KubernetesConnection(kubeConfig, role);
}

async function rightsOfGateway(): Promise<readonly Manifest[]> {
  const all = parseAllDocuments(await readFile(CHART, 'utf8'))
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
  const rights = all.filter(
    ({ kind, metadata }) => /^(Cluster)?Role(Binding)?$/.test(kind) && metadata.name.includes('gateway'),
  );
  // The roles on the named Namespace objects, on pods and ConfigMaps, and on its lease, each with its bindings.
  expect(rights).toHaveLength(7);
  return rights;
}

/** What names no namespace is in that of the release, or in none. */
const pathOf = ({ kind, metadata: { namespace } }: Manifest): string => {
  const inNamespace = kind.startsWith('Cluster') ? '' : `/namespaces/${namespace ?? 'tessera'}`;
  return `${RBAC}${inNamespace}/${kind.toLowerCase()}s`;
};

const labelsIn = (namespace: string) => ({
  'app.kubernetes.io/managed-by': 'tessera',
  'tessera.io/workload-id': '00000000-0000-4000-8000-000000000001',
  'tessera.io/workload-name': 'chat',
  'tessera.io/project': `project-of-${namespace}`,
});

const replicaPod = (namespace: string, owner: string) => ({
  metadata: {
    name: 'chat-0',
    labels: labelsIn(namespace),
    annotations: { 'tessera.io/serving-port': '8000' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'chat-workload', uid: owner, controller: true },
    ],
  },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'model', image: 'model:1' }] },
});
