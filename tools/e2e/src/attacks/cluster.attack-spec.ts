import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { eventually } from '@tessera/testing-contract-suites';
import { Client, workload, type Json } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const SMALL = { cpuCoreRequest: 0.1 };
const PROJECTS = '/api/v1/org-unit/projects';
const { clusterId } = workload('any', SMALL);

let platform: Platform;
let client: Client;
/** Somebody with `kubectl` rights. */
let kubectl: KubernetesConnection;

beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded']);
  client = new Client(() => platform.connection);
  kubectl = connectKubernetes(platform.connection.kubeconfig);
});
afterAll(async () => {
  await kubectl?.close();
  await platform.remove();
});

/** The workload of another tenant runs, from its request to its pods. */
let neighbours = 0;
async function neighbourRuns(compute: object = SMALL): Promise<void> {
  neighbours += 1;
  const { workloadId } = await client.create(workload(`neighbour-${neighbours}`, compute));
  await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), 30_000);
  expect(await client.remove(workloadId)).toBe(204);
}

const createProject = (name: string, requestedNamespace?: string) =>
  client.call('POST', PROJECTS, { name, clusterId, resources: [], requestedNamespace });
const podsIn = async (namespace: string): Promise<readonly Json[]> =>
  (await kubectl.request<Json>('GET', `/api/v1/namespaces/${namespace}/pods`)).items;
const createNamespace = (name: string, labels: object = {}) =>
  kubectl.request('POST', '/api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
  });

describe('a tenant who wants a namespace that is not theirs', () => {
  it.each(['kube-system', 'default', 'tessera-holders', 'gpu-operator'])(
    'cannot name %s as the namespace of a project',
    async (namespace) => {
      const { status, body } = await createProject('burglar', namespace);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain('requestedNamespace');
      await neighbourRuns();
    },
  );

  it('gets nothing into a namespace that is there and not labelled for the project; its workload says why and whom to ask', async () => {
    await createNamespace('payments');
    const project = await createProject('adopter', 'payments');
    expect(project.status).toBe(201);
    const { workloadId } = await client.create({ ...workload('thief', SMALL), projectId: project.body.id });
    await eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/${workloadId}`);
      expect(body.phaseMessage).toContain('not labelled for the project "adopter"');
      expect(body.phase).toBe('Pending');
    }, 30_000);
    expect(await podsIn('payments')).toEqual([]);
    await neighbourRuns();
    await kubectl.request('PATCH', '/api/v1/namespaces/payments', {
      body: { metadata: { labels: { 'tessera.io/project': 'adopter' } } },
      contentType: 'application/merge-patch+json',
    });
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), 60_000);
    expect(await client.remove(workloadId)).toBe(204);
  });

  it('cannot take the generated namespace of a project that is made later', async () => {
    expect((await createProject('squatter', 'runai-victim')).status).toBe(400);
    const victim = await createProject('victim');
    expect([victim.status, victim.body.requestedNamespace]).toEqual([201, 'runai-victim']);
    const { workloadId } = await client.create({ ...workload('works', SMALL), projectId: victim.body.id });
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), 30_000);
    expect(await client.remove(workloadId)).toBe(204);
  });
});
