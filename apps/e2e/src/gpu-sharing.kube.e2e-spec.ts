import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { RESERVATION, RESERVATION_ANNOTATIONS, SHARED_GPU } from '@tessera/contracts-kubernetes';
import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Json } from './client';
import { Platform } from './platform';

jest.setTimeout(180_000);

const LIMIT_MS = 40_000;
const RUNTIME_CLASS = 'nvidia';
const HALF = gpuPortion(0.5);
const RESERVATION_PODS = `/api/v1/namespaces/${RESERVATION.namespace}/pods`;
const PROJECT = '/api/v1/namespaces/runai-project-1';

describe('GPUs that replicas share', () => {
  sharing();
});

describeWithService('kubernetes', 'GPUs that replicas share, on a real API server', () => {
  sharing('--kubernetes', 'real');
});

function sharing(...parts: readonly string[]): void {
  let platform: Platform;
  let client: Client;
  let cluster: KubernetesConnection;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', ...parts], {
      TESSERA_GPU_MEMORY_ENFORCEMENT: 'hami-core',
      TESSERA_GPU_RUNTIME_CLASS: RUNTIME_CLASS,
    });
    client = new Client(() => platform.connection);
    cluster = connectKubernetes(platform.connection.kubeconfig);
  });
  afterAll(async () => {
    await cluster.close();
    await platform.remove();
  });

  const items = async (path: string): Promise<readonly Json[]> =>
    (await cluster.request<Json>('GET', path)).items;
  const podOf = async (id: string): Promise<Json> => {
    const pods = await items(`${PROJECT}/pods`);
    const found = pods.find(({ metadata }) => metadata.labels['tessera.io/workload-id'] === id);
    if (found === undefined) throw new Error(`no pod of ${id}`);
    return found;
  };
  /** The device in the environment of the pod's container, as its kubelet resolves it. */
  const visibleTo = async (pod: Json): Promise<string> => {
    const { name, namespace } = { name: SHARED_GPU.visibleDevices, namespace: pod.metadata.namespace };
    const variable = pod.spec.containers[0].env.find((one: Json) => one.name === name);
    if (variable.value !== undefined) return variable.value;
    const path = `/api/v1/namespaces/${namespace}/configmaps/${variable.valueFrom.configMapKeyRef.name}`;
    const map = await cluster.request<Json>('GET', path);
    expect(map.metadata.ownerReferences[0].uid).toBe(pod.metadata.uid);
    return map.data[name];
  };
  const create = async (name: string): Promise<string> =>
    (await client.create(workload(name, HALF))).workloadId;
  const running = (id: string) =>
    eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), LIMIT_MS);
  const reported = async (): Promise<readonly string[]> =>
    (await items(RESERVATION_PODS)).map(({ metadata }) => metadata.annotations[RESERVATION_ANNOTATIONS.uuid]);

  const ids: string[] = [];

  it('wait for a runtime class that the cluster lacks, and report it', async () => {
    const id = await create('early');
    await eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/${id}`);
      const conditions = body.conditions.filter(
        ({ type, status }: Json) => status === 'False' && !String(type).startsWith('Scaling'),
      );
      const reasons = conditions.map(({ type, reason }: Json) => `${type} ${reason}`);
      expect(reasons).toEqual(['ResourcesReady RuntimeClassMissing', 'Ready RuntimeClassMissing']);
      expect(body.phaseMessage).toContain(`no RuntimeClass "${RUNTIME_CLASS}"`);
    }, LIMIT_MS);
    await cluster.request('POST', '/apis/node.k8s.io/v1/runtimeclasses', {
      body: { metadata: { name: RUNTIME_CLASS }, handler: RUNTIME_CLASS },
    });
    await running(id);
    expect((await podOf(id)).spec.runtimeClassName).toBe(RUNTIME_CLASS);
    for (const { spec } of await items(RESERVATION_PODS)) expect(spec.runtimeClassName).toBe(RUNTIME_CLASS);
    await client.remove(id);
    await eventually(async () => expect(await items(RESERVATION_PODS)).toEqual([]), LIMIT_MS);
  });

  it('are held once, and every replica sees the device of its reservation pod', async () => {
    for (const name of ['left', 'right', 'third']) ids.push(await create(name));
    for (const id of ids) await running(id);
    const pods = await Promise.all(ids.map(podOf));
    const seen = await Promise.all(pods.map(visibleTo));
    expect(seen[0]).toMatch(/^GPU-/);
    expect(new Set(seen).size).toBe(2);
    expect([...new Set(seen)].sort()).toEqual([...(await reported())].sort());
    expect(pods.map(({ metadata }) => metadata.annotations[SHARED_GPU.devices])).toEqual(seen);
    const counted = new Map<string, number>();
    for (const uuid of seen) counted.set(uuid, (counted.get(uuid) ?? 0) + 1);
    expect([...counted.values()].sort()).toEqual([1, 2]);
  });

  it('report how memory is enforced', async () => {
    const { spec } = await podOf(ids[0] ?? '');
    const limit = spec.containers[0].env.find((one: Json) => one.name === 'CUDA_DEVICE_MEMORY_LIMIT');
    expect(limit.value).toMatch(/^\d+m$/);
    const uuid = (await reported())[0];
    await eventually(async () => {
      const shown = (await Promise.all(ids.map((id) => client.podsOf(id)))).flat();
      for (const pod of shown) expect(pod.tessera.gpuMemoryEnforcement).toBe('hami-core');
      expect(shown.flatMap((pod) => pod.tessera.gpuUuids)).toContain(uuid);
    }, LIMIT_MS);
  });

  it('are put right where somebody edits or deletes the map that a replica reads them from', async () => {
    const mapOf = (pod: Json): string | undefined =>
      pod.spec.containers[0].env.find((one: Json) => one.name === SHARED_GPU.visibleDevices).valueFrom
        ?.configMapKeyRef.name;
    const pod = (await Promise.all(ids.map(podOf))).find((one) => mapOf(one) !== undefined);
    const path = `${PROJECT}/configmaps/${mapOf(pod) ?? ''}`;
    const device = pod.metadata.annotations[SHARED_GPU.devices];
    const isRight = (): Promise<void> =>
      eventually(async () => expect(await visibleTo(pod)).toBe(device), LIMIT_MS);
    await isRight();
    const edited = await cluster.request<Json>('PATCH', path, {
      body: { data: { [SHARED_GPU.visibleDevices]: 'all' } },
      contentType: 'application/merge-patch+json',
    });
    await isRight();
    await cluster.request('DELETE', path);
    await isRight();
    const { metadata } = await cluster.request<Json>('GET', path);
    expect(metadata.uid).not.toBe(edited.metadata.uid);
    expect((await podOf(pod.metadata.labels['tessera.io/workload-id'])).metadata.uid).toBe(pod.metadata.uid);
  });

  it('are never chosen by the user', async () => {
    const body = workload('greedy', HALF) as Json;
    const spec = { ...body.spec, environmentVariables: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }] };
    const { status, body: error } = await client.call('POST', INFERENCES, { ...body, spec });
    expect(status).toBe(400);
    expect(error.details).toContain('environmentVariables[0].name: NVIDIA_VISIBLE_DEVICES cannot be set');
  });

  it.each([
    [
      'the reservation pod was deleted',
      (reservation: Json) => cluster.request('DELETE', pathOf(reservation)),
    ],
    [
      'the node has another device since its reboot',
      (reservation: Json) =>
        cluster.request('PATCH', pathOf(reservation), {
          body: { metadata: { annotations: { [RESERVATION_ANNOTATIONS.uuid]: 'GPU-after-reboot' } } },
          contentType: 'application/merge-patch+json',
        }),
    ],
    [
      'the hardware of their node was exchanged',
      async ({ spec }: Json) => {
        const url = `http://127.0.0.1:${platform.kubeletPort}/simulate/nodes/${spec.nodeName}/exchange`;
        expect((await fetch(url, { method: 'POST' })).status).toBe(200);
      },
    ],
  ])('get new replicas when %s', async (_what, happen) => {
    const before = await Promise.all(ids.map(podOf));
    const device = before[0]?.metadata.annotations[SHARED_GPU.devices];
    const reservationPod = (await items(RESERVATION_PODS)).find(
      ({ metadata }) => metadata.annotations[RESERVATION_ANNOTATIONS.uuid] === device,
    );
    await happen(reservationPod ?? {});
    const victims = before.filter(({ metadata }) => metadata.annotations[SHARED_GPU.devices] === device);
    expect(victims.length).toBeGreaterThan(0);
    await eventually(async () => {
      const now = await Promise.all(ids.map(podOf));
      const uids = now.map(({ metadata }) => metadata.uid);
      for (const { metadata } of victims) expect(uids).not.toContain(metadata.uid);
      for (const pod of now) expect(await reported()).toContain(await visibleTo(pod));
    }, LIMIT_MS);
    for (const id of ids) await running(id);
  });

  it('are free when the last replica has gone', async () => {
    for (const id of ids) await client.remove(id);
    await eventually(async () => {
      expect(await items(RESERVATION_PODS)).toEqual([]);
      const maps = (await items(`${PROJECT}/configmaps`)).filter(
        ({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'tessera',
      );
      expect(maps).toEqual([]);
    }, LIMIT_MS);
  });
}

const pathOf = ({ metadata }: Json): string => `${RESERVATION_PODS}/${metadata.name}`;
