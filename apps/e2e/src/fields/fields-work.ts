import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { PRIORITY_CLASSES } from '@tessera/domain-workload';
import { describeWithService, eventually } from '@tessera/testing-services';
import { service } from '@tessera/dev-services';
import { Client, INFERENCES, workload, type Json } from '../client';
import { Platform } from '../platform';
import { expectGolden, settled } from './golden';
import { FIELD_GROUPS, REFERRED } from './groups';
import { PRIVILEGED } from '../privileged';

const LIMIT_MS = 40_000;
const NAMESPACE = 'runai-project-1';
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
/** Everything that a workload becomes is one of these. */
const COLLECTIONS = [
  `${CORE}/configmaps`,
  `${CORE}/persistentvolumeclaims`,
  `${CORE}/services`,
  `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`,
  `${CORE}/pods`,
];

/**
 * The sample and a workload of each group of fields are created through the API, run with the simulated kubelets, and
 * are in the cluster as their goldens have them.
 */
export function fieldsWork(kubernetes: 'simulator' | 'real'): void {
  let platform: Platform;
  let client: Client;
  let cluster: KubernetesConnection;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', '--kubernetes', kubernetes], {
      ...PRIVILEGED,
      TESSERA_EXPOSED_URLS: 'ingress',
      TESSERA_EXPOSED_URLS_BASE: 'https://apps.example',
    });
    client = new Client(() => platform.connection);
    cluster = connectKubernetes(platform.connection.kubeconfig);
    const create = (path: string, body: object) => cluster.request('POST', path, { body });
    for (const [plural, objects] of Object.entries(REFERRED))
      for (const object of objects) await create(`${CORE}/${plural}`, object);
  });
  afterAll(async () => {
    await cluster?.close();
    await platform?.remove();
  });

  const running = (id: string): Promise<void> =>
    eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/${id}`);
      expect([body.phase, body.phaseMessage]).toEqual(['Running', '']);
    }, LIMIT_MS);
  const objectsOf = async (id: string): Promise<readonly Json[]> => {
    const found: Json[] = [];
    for (const path of COLLECTIONS) {
      const query = { labelSelector: `tessera.io/workload-id=${id}` };
      const { kind, items } = await cluster.request<Json>('GET', path, { query });
      for (const item of items) found.push({ ...item, kind: item.kind ?? kind.replace(/List$/, '') });
    }
    // The config map through which a device is injected has a random name, and is tested elsewhere.
    return found.filter(({ metadata }) => !/-gpu-[0-9a-f]{8}$/.test(metadata.name));
  };
  const gone = (id: string): Promise<void> =>
    eventually(async () => expect(await objectsOf(id)).toEqual([]), LIMIT_MS);
  const removed: string[] = [];
  /** Its replicas drain while the next workload is created. */
  const remove = async (id: string): Promise<void> => {
    expect((await client.call('DELETE', `${INFERENCES}/${id}`)).status).toBe(204);
    removed.push(id);
  };

  it.each(FIELD_GROUPS)('$name', async ({ name, spec }) => {
    const { workloadId: id } = await client.create({ ...workload(name, {}), spec });
    await running(id);
    const objects = await objectsOf(id);
    for (const { kind, metadata } of objects)
      if (kind !== 'ConfigMap') expect(metadata.ownerReferences).toHaveLength(1);
    expectGolden(
      name,
      objects.map((object) => settled(object, id)),
    );
    await remove(id);
  });

  it.each(Object.entries(PRIORITY_CLASSES))(
    'the priority class %s is there',
    async (priorityClass, priority) => {
      const { workloadId: id } = await client.create(workload(`is-${priorityClass}`, {}, { priorityClass }));
      await running(id);
      const { body } = await client.call('GET', `/api/v1/workloads/${id}`);
      expect([body.priorityClassName, body.priority]).toEqual([priorityClass, priority]);
      const pod = (await objectsOf(id)).find(({ kind }) => kind === 'Pod');
      expect([pod.spec.priorityClassName, pod.spec.priority]).toEqual([priorityClass, priority]);
      await remove(id);
    },
  );

  it('two ports of one container port have a Service each', async () => {
    const ports = [
      { container: 9000, serviceType: 'ClusterIP', name: 'inside' },
      { container: 9000, serviceType: 'NodePort', name: 'outside' },
    ];
    const { workloadId: id } = await client.create(workload('twice', {}, { ports }));
    await running(id);
    const services = (await objectsOf(id)).filter(({ kind }) => kind === 'Service');
    expect(services.map(({ metadata, spec }) => [metadata.name, spec.type]).sort()).toEqual([
      ['twice-port-9000', 'ClusterIP'],
      ['twice-port-9000-2', 'NodePort'],
      ['twice-serving', 'ClusterIP'],
    ]);
    await remove(id);
  });

  it('data volumes and credentials stand for the claim and the Secrets that they name', async () => {
    const post = async (path: string, body: object): Promise<Json> => {
      const answer = await client.call('POST', path, body);
      expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
      return answer.body;
    };
    const credential = (kind: string, name: string, existingSecretName: string): Promise<Json> =>
      post(`/api/v1/asset/credentials/${kind}`, {
        meta: { name, scope: 'project', projectId: 1 },
        spec: { existingSecretName },
      });
    const claim = `data-123e4567-e89b-12d3-a456-426614174000`;
    const volume = await post('/api/v1/datavolumes', { name: 'named', originPvcName: claim, projectId: '1' });
    await credential('password', 'git', 'my-password-secret');
    const { meta } = await credential('generic-secret', 'token', 'a-credential');
    const spec = {
      environmentVariables: [{ name: 'TOKEN', userCredential: { name: meta.id, key: 'k' } }],
      storage: {
        dataVolume: [{ id: volume.id, mountPath: '/named' }],
        git: [{ repository: 'https://git.example/r', path: '/code', passwordSecret: 'git' }],
      },
    };
    const { workloadId: id } = await client.create(workload('assets', {}, spec));
    await running(id);
    const pod = (await objectsOf(id)).find(({ kind }) => kind === 'Pod');
    expect(JSON.stringify(pod.spec.volumes)).toContain(`"claimName":"${claim}"`);
    expect(JSON.stringify(pod.spec.initContainers)).toContain('"name":"my-password-secret"');
    expect(JSON.stringify(pod.spec.containers)).toContain('"name":"a-credential"');
    await remove(id);
  });

  describeWithService('kubectl', 'with kubectl', () => {
    it('are shown by kubectl', async () => {
      const { workloadId: id, name } = await client.create(workload('shown', { gpuDevicesRequest: 1 }));
      await running(id);
      const args = [
        '--kubeconfig',
        platform.connection.kubeconfig,
        '-n',
        NAMESPACE,
        'get',
        'pods',
        '-o',
        'wide',
      ];
      const { stdout } = await promisify(execFile)(service('kubectl').reason, args);
      expect(stdout).toMatch(
        new RegExp(`^${name}-\\w+-0 +1/1 +Running +0 +\\S+ +[0-9.]+ +[a-z0-9]+-[a-z0-9-]+ `, 'm'),
      );
    });
  });

  it('show the addresses of their exposed URLs', async () => {
    const exposedUrls = [
      { container: 9000, name: 'notes' },
      { container: 9001, url: 'https://own.example/' },
    ];
    const { workloadId: id } = await client.create(workload('addresses', {}, { exposedUrls }));
    await running(id);
    const made = 'https://addresses-project-1-h0as56.apps.example/';
    const { body } = await client.call('GET', `/api/v1/workloads/${id}`);
    expect(body.urls).toEqual([expect.any(String), made, 'https://own.example/']);
    expect(body.externalConnections.map(({ url }: Json) => url).slice(1)).toEqual([
      made,
      'https://own.example/',
    ]);
    expect(body.conditions).toContainEqual(expect.objectContaining({ type: 'UrlsExposed', status: 'True' }));
    const again = workload('again', {}, { exposedUrls: [{ container: 1, url: 'https://OWN.example' }] });
    expect(await client.call('POST', INFERENCES, again)).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/own\.example.*already in use/i) },
    });
    await client.call('DELETE', `${INFERENCES}/${id}`);
    await gone(id);
    await eventually(
      async () => expect((await client.call('POST', INFERENCES, again)).status).toBe(200),
      LIMIT_MS,
    );
  });

  it('leave nothing in the cluster once they are deleted', async () => {
    for (const id of removed) await gone(id);
  });
}
