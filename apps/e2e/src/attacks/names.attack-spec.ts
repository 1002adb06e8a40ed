import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectKubernetes } from '@tessera/adapter-kubernetes';
import { eventually } from '@tessera/testing-services';
import { Client as Database } from 'pg';
import { gpuPortion } from '@tessera/testing-builders';
import { podsInCluster } from '../cluster';
import { Client, INFERENCES, workload, type Answer, type Json } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const LIMIT_MS = 40_000;
const SMALL = { cpuCoreRequest: 0.1 };
const QUARTER = gpuPortion(0.25);
const POLICY = '/api/v2/policy/inferences';

let platform: Platform;
let client: Client;

beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded'], { TESSERA_GPU_MEMORY_ENFORCEMENT: 'hami-core' });
  client = new Client(() => platform.connection);
});
afterAll(() => platform.remove());

/** Every way by which a spec, or a part of one, gets into the platform. */
const WAYS: readonly (readonly [
  way: string,
  root: string,
  send: (spec: object, compute?: object) => Promise<Answer>,
])[] = [
  [
    'a create request',
    'spec',
    (spec, compute = SMALL) => client.call('POST', INFERENCES, workload('burglar', compute, spec)),
  ],
  [
    'a what-if question',
    'spec',
    (spec, compute = SMALL) =>
      client.call('POST', '/api/v1/tessera/placement:simulate', workload('burglar', compute, spec)),
  ],
  [
    'a PATCH of an innocent workload',
    'spec',
    async (spec, compute = SMALL) => {
      const { workloadId } = await client.create(workload(`innocent-${++innocents}`, compute));
      const answer = await client.call('PATCH', `${INFERENCES}/${workloadId}`, { spec });
      expect(await client.remove(workloadId)).toBe(204);
      return answer;
    },
  ],
  [
    'the defaults of a policy',
    'defaults',
    (defaults) => client.call('PUT', POLICY, { meta: { scope: 'project', projectId: '1' }, defaults }),
  ],
];
let innocents = 0;

/** Refused with the place of the field; a PATCH may not change some lists at all and names the list. */
const expectRefusedAt = (
  { status, body }: Answer,
  root: string,
  list: string,
  index: number,
  name: string,
): void => {
  const place = new RegExp(`${root}\\.${list.replace('.', '\\.')}(\\[${index}\\]\\.${name})?: `);
  expect([status, body.details]).toEqual([400, expect.stringMatching(place)]);
};

async function running(name: string, compute: object, spec: object = {}): Promise<{ id: string; pod: Json }> {
  const { workloadId: id } = await client.create(workload(name, compute, spec));
  await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), LIMIT_MS);
  const pods = await podsInCluster(platform.connection);
  const pod = pods.find(({ metadata }) => metadata.labels['tessera.io/workload-id'] === id);
  return { id, pod };
}

/** What a container of the pod in the cluster says of one variable, every time it says it. */
const valuesOf = (container: Json, name: string): readonly (string | undefined)[] =>
  (container.env ?? [])
    .filter((variable: Json) => variable.name === name)
    .map(({ value, valueFrom }: Json) => value ?? JSON.stringify(valueFrom));

/** No pod in the cluster was made to print it. */
async function noPodSays(list: string, name: string, value: string): Promise<void> {
  const pods = await podsInCluster(platform.connection);
  expect(pods.map(({ metadata }) => metadata[list]?.[name])).not.toContain(value);
}

describe('a tenant who chooses names that programs act on', () => {
  let secrets: Server;
  let asked = 0;
  beforeAll(async () => {
    secrets = createServer((_request, response) => {
      asked += 1;
      response.end('the secrets of somebody else');
    }).listen(0, '127.0.0.1');
    await eventually(() => expect(secrets.listening).toBe(true));
  });
  afterAll(() => new Promise((resolve) => secrets.close(resolve)));

  it.each(WAYS)('cannot send the gateway to another service by %s', async (_way, root, send) => {
    const value = `127.0.0.1:${(secrets.address() as AddressInfo).port}`;
    const annotations = [{ name: 'tessera.io/serving-address', value }];
    expectRefusedAt(await send({ annotations }), root, 'annotations', 0, 'name');
    const answer = await fetch(`${platform.connection.gateway}/project-1/burglar/`);
    expect(answer.status).not.toBe(200);
    expect(await answer.text()).not.toContain('secrets');
    expect(asked).toBe(0);
  });

  it.each([
    ['open every GPU by a CDI annotation', 'annotations', 'cdi.k8s.io/x', 'nvidia.com/gpu=all'],
    ['say which devices a pod was given', 'annotations', 'tessera.io/gpu-devices', 'GPU-of-another'],
    ['replace the record of what a pod holds', 'annotations', 'tessera.io/allocation', '{}'],
    ['choose devices of the driver', 'annotations', 'nvidia.com/container.main.gpus.devices', 'all'],
    ['choose devices of the device plugin', 'annotations', 'k8s.device-plugin.nvidia.com/gpu', 'all'],
    ['take AppArmor off', 'annotations', 'container.apparmor.security.beta.kubernetes.io/main', 'unconfined'],
    ['pretend to be the reservation pod of a device', 'annotations', 'run.ai/reserve_for_gpu_index', 'GPU-1'],
    ['ask a plugin of the runtime for devices', 'annotations', 'devices.nri.io/container.main', '/dev/sda'],
    ['join the workload of another', 'labels', 'tessera.io/workload-id', 'another'],
    ['pass for the project of another', 'labels', 'tessera.io/project', 'project-2'],
    ['pass a network policy as Prometheus', 'labels', 'app.kubernetes.io/name', 'prometheus'],
    ['pass a network policy as a service of the platform', 'labels', 'app.kubernetes.io/instance', 'tessera'],
    ['pass for a reservation pod', 'labels', 'app.kubernetes.io/component', 'gpu-reservation'],
  ])('cannot %s', async (_what, list, name, value) => {
    for (const [, root, send] of WAYS) {
      const answer = await send({
        [list]: [
          { name: 'billing', value: 'x' },
          { name, value },
        ],
      });
      expectRefusedAt(answer, root, list, 1, 'name');
      expect(answer.body.details).toMatch(/is reserved for|cannot be changed after creation/);
    }
    await noPodSays(list, name, value);
  });

  it('cannot do it in upper case', async () => {
    for (const [, root, send] of WAYS)
      expectRefusedAt(
        await send({ annotations: [{ name: 'Tessera.IO/serving-address', value: 'x' }] }),
        root,
        'annotations',
        0,
        'name',
      );
  });

  it('may use names that nobody acts on', async () => {
    const labels = [{ name: 'app.kubernetes.io/version', value: '7' }];
    const annotations = [{ name: 'team.example/owner', value: 'mine' }];
    const { id, pod } = await running('honest', SMALL, { labels, annotations });
    expect(pod.metadata.labels['app.kubernetes.io/version']).toBe('7');
    expect(pod.metadata.annotations['team.example/owner']).toBe('mine');
    expect(await client.remove(id)).toBe(204);
  });
});

describe('a tenant who wants GPUs that nobody gave', () => {
  const git = { storage: { git: [{ repository: 'https://git.example/code', path: '/code' }] } };
  const SEEN = 'NVIDIA_VISIBLE_DEVICES';

  it('sees none without a GPU, whatever the image asks for, its init containers included', async () => {
    const { id, pod } = await running('no-gpu', SMALL, git);
    expect(pod.spec.initContainers).toHaveLength(1);
    for (const container of [...pod.spec.containers, ...pod.spec.initContainers])
      expect(valuesOf(container, SEEN)).toEqual(['void']);
    expect(await client.remove(id)).toBe(204);
  });

  it('sees in the init containers none of the devices of the replica', async () => {
    for (const [name, compute] of [
      ['whole', { gpuDevicesRequest: 1 }],
      ['shared', QUARTER],
    ] as const) {
      const { id, pod } = await running(`init-${name}`, compute, git);
      expect(valuesOf(pod.spec.initContainers[0], SEEN)).toEqual(['void']);
      // The device plugin sets whole devices, which no variable may overrule; the reservation pod sets a share.
      const [reported] = valuesOf(pod.spec.containers[0], SEEN);
      expect(reported === undefined).toBe(name === 'whole');
      expect(reported).not.toBe('void');
      expect(await client.remove(id)).toBe(204);
    }
  });

  it.each([
    ['NVIDIA_VISIBLE_DEVICES'],
    ['NVIDIA_MIG_CONFIG_DEVICES'],
    ['NVIDIA_MIG_MONITOR_DEVICES'],
    ['NVIDIA_IMEX_CHANNELS'],
  ])('cannot ask the runtime by %s, whatever it comes from', async (name) => {
    for (const source of [
      { value: 'all' },
      { configMap: { name: 'mine', key: 'devices' } },
      { secret: { name: 'mine', key: 'devices' } },
      { userCredential: { name: 'mine', key: 'devices' } },
    ])
      for (const [, root, send] of WAYS)
        expectRefusedAt(
          await send({ environmentVariables: [{ name, ...source }] }),
          root,
          'environmentVariables',
          0,
          'name',
        );
  });

  it.each([
    'CUDA_DISABLE_CONTROL',
    'CUDA_DEVICE_MEMORY_LIMIT',
    'CUDA_DEVICE_MEMORY_LIMIT_0',
    'CUDA_DEVICE_SM_LIMIT',
    'CUDA_OVERSUBSCRIBE',
    'GPU_CORE_UTILIZATION_POLICY',
    'LD_PRELOAD',
  ])('cannot lift the limit of a share by %s where shares are enforced', async (name) => {
    for (const source of [{ value: '1' }, { configMap: { name: 'mine', key: 'limit' } }])
      for (const [, root, send] of WAYS)
        expectRefusedAt(
          await send({ environmentVariables: [{ name, ...source }] }, QUARTER),
          root,
          'environmentVariables',
          0,
          'name',
        );
  });

  it('keeps the limit that the platform wrote', async () => {
    const { id, pod } = await running('limited', QUARTER);
    expect(valuesOf(pod.spec.containers[0], 'CUDA_DEVICE_MEMORY_LIMIT')).toEqual([
      expect.stringMatching(/^\d+m$/),
    ]);
    expect(await client.remove(id)).toBe(204);
  });

  it('cannot take devices past the quota as extended resources', async () => {
    const extendedResources = [{ resource: 'nvidia.com/gpu', quantity: '8' }];
    const compute = { ...SMALL, extendedResources };
    expectRefusedAt(
      await client.call('POST', INFERENCES, workload('burglar', compute)),
      'spec',
      'compute.extendedResources',
      0,
      'resource',
    );
    const meta = { scope: 'project', projectId: '1' };
    expectRefusedAt(
      await client.call('PUT', POLICY, { meta, defaults: { compute: { extendedResources } } }),
      'defaults',
      'compute.extendedResources',
      0,
      'resource',
    );
  });

  it('cannot name devices by the path of a mount', async () => {
    const path = '/var/run/nvidia-container-devices/all';
    expectRefusedAt(
      await client.call(
        'POST',
        INFERENCES,
        workload('burglar', SMALL, { storage: { emptyDirVolume: [{ path }] } }),
      ),
      'spec',
      'storage.emptyDirVolume',
      0,
      'path',
    );
  });
});

describe('a tenant whose request was accepted before there were rules', () => {
  it('gets a pod without what is refused today, and a report of it', async () => {
    const { id, pod } = await running('old', QUARTER);
    const database = new Database({ connectionString: platform.connection.databaseUrl });
    await database.connect();
    try {
      const more = {
        annotations: [{ name: 'tessera.io/serving-address', value: '169.254.169.254:80' }],
        labels: [{ name: 'app.kubernetes.io/name', value: 'prometheus' }],
        environmentVariables: [
          { name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' },
          { name: 'CUDA_DISABLE_CONTROL', value: 'true' },
          { name: 'MINE', value: 'kept' },
        ],
      };
      await database.query('UPDATE scheduler.workloads SET spec = spec || $1::jsonb WHERE id = $2', [
        JSON.stringify(more),
        id,
      ]);
    } finally {
      await database.end();
    }
    const { name, namespace, uid } = pod.metadata;
    const cluster = connectKubernetes(platform.connection.kubeconfig);
    try {
      await cluster.request('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`);
    } finally {
      await cluster.close();
    }
    let next: Json;
    await eventually(async () => {
      const pods = await podsInCluster(platform.connection);
      next = pods.find(({ metadata }) => metadata.labels['tessera.io/workload-id'] === id);
      expect([undefined, uid]).not.toContain(next?.metadata.uid);
    }, LIMIT_MS);
    const [main] = next.spec.containers;
    expect(valuesOf(main, 'MINE')).toEqual(['kept']);
    expect(valuesOf(main, 'NVIDIA_VISIBLE_DEVICES')).not.toContain('all');
    expect(valuesOf(main, 'CUDA_DISABLE_CONTROL')).toEqual([]);
    expect(next.metadata.annotations['tessera.io/serving-address']).not.toBe('169.254.169.254:80');
    expect(next.metadata.labels['app.kubernetes.io/name']).toBeUndefined();
    await eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/${id}`);
      const reported = body.conditions.find(({ type }: Json) => type === 'FieldsApplied');
      expect(reported).toMatchObject({ status: 'False', reason: 'FieldIgnored' });
      for (const field of [
        'annotations[0]',
        'labels[0]',
        'environmentVariables[0]',
        'environmentVariables[1]',
      ])
        expect(reported.message).toContain(`spec.${field} is ignored: `);
    }, LIMIT_MS);
    expect(await client.remove(id)).toBe(204);
  });
});

describe('a tenant whose texts are larger than Kubernetes or Linux take', () => {
  const related = Array.from({ length: 3000 }, (_, index) => ({
    url: `https://wandb.example/a-rather-long-address-of-a-run/${index}`,
    type: 'wandb',
    name: `a run with a rather long name, and a number: ${index}`,
  }));
  const long = Array.from({ length: 100 }, () => ({
    url: 'https://wandb.example',
    type: 'é'.repeat(1000),
    name: 'é'.repeat(1000),
  }));
  const doubling = Array.from({ length: 30 }, (_, index) => ({
    name: `A${index}`,
    value: index === 0 ? 'lol' : `$(A${index - 1})$(A${index - 1})`,
  }));

  it.each([
    [
      '140,000 × é in an annotation',
      { annotations: [{ name: 'a', value: 'é'.repeat(140_000) }] },
      'spec.annotations',
    ],
    [
      'an annotation of 262,140 bytes',
      { annotations: [{ name: 'a', value: 'x'.repeat(262_140) }] },
      'spec.annotations',
    ],
    ['3,000 related URLs', { relatedUrls: related }, 'spec.relatedUrls'],
    ['a hundred related URLs of 200,000 × é', { relatedUrls: long }, 'spec.relatedUrls: '],
    [
      'a variable of 131,070 bytes',
      { environmentVariables: [{ name: 'A', value: 'x'.repeat(131_070) }] },
      'spec.environmentVariables[0].value',
    ],
    ['an argument of 131,072 bytes', { args: `--x=${'x'.repeat(131_068)}` }, 'spec.args'],
    [
      'variables that double each other until a node is out of memory',
      { environmentVariables: doubling },
      'spec.environmentVariables[29].value',
    ],
  ])('is reported at once: %s', async (_what, spec, field) => {
    const { status, body } = await client.call('POST', INFERENCES, workload('too-large', SMALL, spec));
    expect(status).toBe(400);
    expect(body.details).toContain(field);
  });

  it('runs with the largest ones that are accepted, and what they become is within the limits', async () => {
    const annotations = [{ name: 'a', value: 'é'.repeat(50_000) }];
    const environmentVariables = [{ name: 'A', value: 'x'.repeat(60_000) }];
    const { id, pod } = await running('large', SMALL, { annotations, environmentVariables });
    const size = Object.entries(pod.metadata.annotations as Record<string, string>).reduce(
      (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
      0,
    );
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThanOrEqual(256 * 1024);
    expect(await client.remove(id)).toBe(204);
  });
});
