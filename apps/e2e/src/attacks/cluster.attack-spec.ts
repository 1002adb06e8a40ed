import { request } from 'node:http';
import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
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
async function expectNeighbourRuns(compute: object = SMALL): Promise<void> {
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

/** The status of a request whose path goes out as it stands. */
async function statusOf(method: string, path: string, body?: object): Promise<number> {
  const token = await client.newToken();
  return new Promise((resolve, reject) => {
    const sent = request(
      platform.connection.api,
      { method, path, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('a tenant who wants a namespace that is not theirs', () => {
  it.each(['kube-system', 'default', 'tessera-reservations', 'gpu-operator'])(
    'cannot name %s as the namespace of a project',
    async (namespace) => {
      const { status, body } = await createProject('burglar', namespace);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain('requestedNamespace');
      await expectNeighbourRuns();
    },
  );

  it('gets nothing into a namespace that is there and not labelled for the project; its workload reports why and whom to ask', async () => {
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
    await expectNeighbourRuns();
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

describe('somebody with kubectl in one namespace whose pods wear our labels and annotations', () => {
  const MINE = 'somebodys';
  /** A pod that says it is a replica, bound to a node and asking for next to nothing. */
  const impostor = (name: string, node: string, labels: Json, devices: readonly Json[]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: MINE,
      labels: { 'app.kubernetes.io/managed-by': 'tessera', ...labels },
      annotations: {
        'tessera.io/allocation': JSON.stringify({ version: 1, node, kind: 'whole', devices }),
      },
    },
    spec: { nodeName: node, containers: [{ name: 'c', image: 'c:1' }] },
  });
  const post = (pod: Json) => kubectl.request('POST', `/api/v1/namespaces/${MINE}/pods`, { body: pod });
  const whole = (slot: number) => ({ slot, milliGpu: 1000, memoryMiB: 1 });

  it('takes no GPU from anybody: their allocations count for nothing', async () => {
    await createNamespace(MINE);
    const { items } = await kubectl.request<Json>('GET', '/api/v1/nodes');
    const names: readonly string[] = items.map(({ metadata }: Json) => metadata.name);
    for (const [index, node] of names.entries())
      await post(
        impostor(
          `claims-all-${index}`,
          node,
          {
            'tessera.io/workload-id': `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
            'tessera.io/workload-name': 'w',
            'tessera.io/project': 'project-1',
            'tessera.io/project-id': '1',
          },
          Array.from({ length: 8 }, (_, slot) => whole(slot)),
        ),
      );
    await expectNeighbourRuns(gpuPortion(0.5));
    await expectNeighbourRuns(gpuPortion(1, 2));
  });

  it('stops nobody with a workload id that is none, on pods and on objects', async () => {
    const labels = { 'tessera.io/workload-id': 'not-a-uuid' };
    await post(impostor('no-uuid', 'cpu-default-1', labels, []));
    await kubectl.request('POST', `/api/v1/namespaces/${MINE}/configmaps`, {
      body: {
        metadata: { name: 'no-uuid', labels: { 'app.kubernetes.io/managed-by': 'tessera', ...labels } },
      },
    });
    for (const value of ['1', '2', '3']) {
      for (const path of ['pods/no-uuid', 'configmaps/no-uuid'])
        await kubectl.request('PATCH', `/api/v1/namespaces/${MINE}/${path}`, {
          body: { metadata: { annotations: { changed: value } } },
          contentType: 'application/merge-patch+json',
        });
      await expectNeighbourRuns();
    }
  });

  it('is no replica of the workload whose id, names and owner it claims', async () => {
    const { workloadId } = await client.create(workload('imitated', SMALL));
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), 30_000);
    const [real] = (await podsIn('runai-project-1')).filter(
      ({ metadata }) => metadata.labels['tessera.io/workload-id'] === workloadId,
    );
    const { labels, ownerReferences } = real.metadata;
    const pod = impostor('imitation', 'l40s-default-1', labels, [whole(0), whole(1)]);
    await post({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
    await expectNeighbourRuns(gpuPortion(0.6, 2));
    expect((await client.podsOf(workloadId)).map(({ name }) => name)).toEqual([real.metadata.name]);
    expect(await client.remove(workloadId)).toBe(204);
  });

  it('holds no device for others: a reservation pod is one in the namespace of reservation pods alone', async () => {
    const { items } = await kubectl.request<Json>('GET', '/api/v1/nodes');
    const names: readonly string[] = items.map(({ metadata }: Json) => metadata.name);
    for (const [index, node] of names.entries())
      for (const slot of [0, 1]) {
        const pod = impostor(`reservation-${index}-${slot}`, node, {}, []);
        await post({
          ...pod,
          metadata: {
            ...pod.metadata,
            labels: {
              ...pod.metadata.labels,
              'app.kubernetes.io/component': 'gpu-reservation',
              'tessera.io/gpu-slot': String(slot),
            },
            annotations: { 'run.ai/reserve_for_gpu_index': 'GPU-of-somebody-else' },
          },
        });
      }
    const { workloadId } = await client.create(workload('shares', gpuPortion(0.5)));
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), 30_000);
    const reported = (await podsIn('runai-project-1'))
      .filter(({ metadata }) => metadata.labels['tessera.io/workload-id'] === workloadId)
      .map(({ metadata }) => metadata.annotations['tessera.io/gpu-devices']);
    expect(reported).toEqual([expect.not.stringContaining('GPU-of-somebody-else')]);
    expect(await client.remove(workloadId)).toBe(204);
  });
});

describe('a caller who asks for the MIG configuration of a node', () => {
  it.each(['%2e%2e', '%2E.', '%2e', '%252e%252e', '..%2f..%2fplacement:simulate', 'no-such-node'])(
    'reaches no other path of the scheduler with a node that is called %s: there is none',
    async (node) => {
      const path = `/api/v1/tessera/clusters/${clusterId}/nodes/${node}/mig-config`;
      for (const [method, body] of [['GET'], ['PUT', { config: 'all-disabled' }], ['DELETE']] as const) {
        // `fetch` would resolve these before they are sent.
        const status = await statusOf(method, path, body);
        expect([method, status]).toEqual([method, 404]);
      }
      await expectNeighbourRuns();
    },
  );
});

describe('an anonymous caller who wants to know what runs', () => {
  it.each(['/metrics', '/readyz', '/livez'])(
    'reads nothing at %s of a port that serves others',
    async (path) => {
      const { api, scheduler, metrics, apiAdmin, schedulerAdmin } = platform.connection;
      for (const url of [api, scheduler, metrics]) expect((await fetch(url + path)).status).toBe(404);
      for (const url of [apiAdmin, schedulerAdmin]) expect((await fetch(url + path)).status).toBe(200);
      await expectNeighbourRuns();
    },
  );
});
