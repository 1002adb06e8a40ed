import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHARED_GPU } from '@tessera/contracts-kubernetes';
import { PRIORITY_CLASSES } from '@tessera/domain-workload';
import { IMAGES } from '@tessera/dev-services/node';
import type { FieldGroup } from '../fields/groups';
import type { Container } from './inside';
import type { NodePlatform } from './node-platform';

/** How a group of fields is seen by the containers that asked for it. */
export interface OnNode {
  /** What of the group is another here: its image comes from no registry, its paths are of this machine. */
  readonly fields?: object;
  readonly seen: (one: Container, node: NodePlatform) => void | Promise<void>;
  readonly replicas?: number;
  readonly port?: number;
}

/** A group that a machine without GPUs and without a registry cannot run. */
export interface NotOnNode {
  readonly cannot: string;
}

const MOST_MEMORY_MIB = 1908;
const NET_ADMIN = 12n;
/** What volumes of the cluster and a folder of the machine hold in their file `hello`. */
export const GREETING = 'from the machine';
const IN_POOL = { nodePools: ['default'] };

/** The request of a group as this node can run it: its own images, its only pool, and little of its two processors. */
export function requestOnNode({ spec }: FieldGroup, { fields = {} }: OnNode): object {
  const { nodePools, compute, ...rest } = spec as { nodePools?: unknown; compute?: object };
  return {
    ...rest,
    ...(nodePools === undefined ? {} : IN_POOL),
    image: IMAGES['model-server'],
    compute: { cpuCoreRequest: 0.02, cpuMemoryRequest: '32M', ...compute },
    ...fields,
  };
}

const greets = async (one: Container, ...paths: readonly string[]): Promise<void> => {
  const { mounts } = await one.inspect();
  for (const path of paths) {
    expect(mounts).toHaveProperty([path]);
    expect((await one.file(`${path}/hello`)).content).toBe(GREETING);
  }
};
const seesDevices = (one: Container, node: NodePlatform, variables: object): void => {
  expect(one.inside.env).toMatchObject(variables);
  const uuids = node.devices.map(({ uuid }) => uuid);
  expect(uuids).toContain(one.inside.env[SHARED_GPU.visibleDevices]);
};
/** Addresses behind a Service, as the controllers of the cluster found them. */
const endpointsOf = async (node: NodePlatform, service: string): Promise<readonly string[]> => {
  const slices = await node.items(
    '/apis/discovery.k8s.io/v1/namespaces/runai-project-1/endpointslices',
    `kubernetes.io/service-name=${service}`,
  );
  return slices.flatMap(({ ports, endpoints }) =>
    endpoints.flatMap(({ addresses }: { addresses: readonly string[] }) =>
      addresses.map((address) => `${address}:${ports[0].port}`),
    ),
  );
};
const answersAt = async (address: string): Promise<void> =>
  expect((await fetch(`http://${address}/`)).status).toBe(200);

/** Every group of fields: how its container sees it, or why it cannot run here. `folder` is one of this machine. */
export const fieldsOnNode = (folder: string): Readonly<Record<string, OnNode | NotOnNode>> => ({
  // All of the sample but its program, which is not on this machine, and its probe, which asks example.com.
  sample: {
    fields: {
      command: '/model-server -address :8080',
      args: '-- -x my-script.py',
      imagePullPolicy: 'IfNotPresent',
      probes: { readiness: { periodSeconds: 1, handler: { httpGet: { path: '/health', port: 8080 } } } },
    },
    port: 8080,
    seen: async (one, node) => {
      const { inside } = one;
      expect(inside.args.slice(-3)).toEqual(['--', '-x', 'my-script.py']);
      expect(inside).toMatchObject({ folder: '/home/myfolder', cpuQuota: expect.stringMatching(/^200000/) });
      seesDevices(one, node, { HOME: '/home/my-folder', GPU_PORTION: '0.5', RUNAI_NUM_OF_GPUS: '1' });
      expect(inside.mounts).toHaveProperty(['/home/my-folder']);
      await greets(one, '/mnt/data', '/container/my-claim');
      expect((await one.file('/string/k')).content).toBe('v');
      expect(one.pod.metadata).toMatchObject({
        labels: { stage: 'initial-research' },
        annotations: { billing: 'my-billing-unit' },
      });
    },
  },
  container: {
    fields: { command: `/model-server -address ':8000'`, args: `-- 'two words' "--greeting=hello there"` },
    seen: ({ inside }) => {
      expect(inside.args).toEqual([
        '/model-server',
        '-address',
        ':8000',
        '--',
        'two words',
        '--greeting=hello there',
      ]);
      expect([inside.folder, inside.env['HOME']]).toEqual(['/work', '/home/tessera']);
      expect(inside.mounts).toHaveProperty(['/home/tessera']);
    },
  },
  probes: {
    seen: async ({ pod }, node) => {
      // It is the probe that makes it ready: it is not any more once it fails.
      await fetch(`http://${pod.status.podIP}:8000/health?ready=false`, { method: 'PUT' });
      await node.isReady(pod.metadata.name, false);
      await fetch(`http://${pod.status.podIP}:8000/health?ready=true`, { method: 'PUT' });
      await node.isReady(pod.metadata.name, true);
    },
  },
  placement: {
    fields: {
      nodeAffinityRequired: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'run.ai/node-pool', operator: 'In', values: ['default'] }] },
        ],
      },
    },
    seen: ({ pod, inside }) => {
      expect(inside.env['NODE_NAME']).toBe('node-1');
      expect(pod.spec.tolerations).toContainEqual({ key: 'dedicated', operator: 'Exists' });
    },
  },
  environment: {
    seen: ({ pod, inside }) => {
      expect(inside.env).toMatchObject({
        VALUE: 'v',
        SECRET: 'v',
        CONFIG: 'v',
        FIELD: pod.metadata.name,
        CREDENTIAL: 'v',
        RUNAI_PROJECT: 'project-1',
        RUNAI_JOB_NAME: 'environment',
        RUNAI_JOB_UUID: pod.metadata.labels['tessera.io/workload-id'],
        RUNAI_NUM_OF_GPUS: '0',
        NODE_NAME: 'node-1',
      });
    },
  },
  metadata: {
    seen: ({ pod }) => {
      expect(pod.metadata).toMatchObject({
        annotations: { billing: 'unit 7' },
        labels: { stage: 'research' },
      });
    },
  },
  // Without kube-proxy nothing routes the address of a Service; what it would be routed to is asked.
  ports: {
    fields: { args: '-also :9000,:9001,:9002' },
    seen: async ({ pod }, node) => {
      for (const port of [9000, 9001, 9002]) {
        expect(await endpointsOf(node, `ports-port-${port}`)).toEqual([`${pod.status.podIP}:${port}`]);
        await answersAt(`${pod.status.podIP}:${port}`);
      }
    },
  },
  // Without an Ingress controller nobody answers at the URL; what it leads to is asked.
  'exposed-urls': {
    fields: { args: '-also :9000,:9001' },
    seen: async ({ pod }, node) => {
      for (const port of [9000, 9001]) {
        expect(await endpointsOf(node, `exposed-urls-url-${port}`)).toEqual([`${pod.status.podIP}:${port}`]);
        await answersAt(`${pod.status.podIP}:${port}`);
      }
    },
  },
  'compute-cpu': {
    seen: ({ inside }) => {
      expect(inside.cpuQuota).toMatch(/^200000\b/);
      expect(inside.memoryLimit).toBe(String(MOST_MEMORY_MIB * 1024 * 1024));
      expect(inside.mounts['/dev/shm']).toMatchObject({ kind: 'tmpfs' });
      // The runtime's own is 64 MiB.
      expect(inside.mounts['/dev/shm']?.bytes).toBeGreaterThan(64 * 1024 * 1024);
    },
  },
  'compute-extended': {
    seen: ({ pod }) =>
      expect(pod.spec.containers[0].resources.limits).toEqual({ 'hardware-vendor.example/foo': '2' }),
  },
  'compute-whole': { seen: (one, node) => seesDevices(one, node, { RUNAI_NUM_OF_GPUS: '1' }) },
  'compute-portion': { seen: (one, node) => seesDevices(one, node, { GPU_PORTION: '0.5' }) },
  'compute-memory': {
    seen: (one, node) => seesDevices(one, node, { GPU_PORTION: expect.stringMatching(/^0\.2/) as string }),
  },
  'compute-mig': { cannot: 'the device plugin of this node offers whole devices only; MIG needs hardware' },
  'storage-datavolume': { seen: (one) => greets(one, '/data') },
  // All but the block volume, which needs a device of the machine.
  'storage-pvc': {
    fields: {
      storage: {
        pvc: [
          { path: '/own', claimInfo: { size: '1G', storageClass: 'my-storage-class' } },
          {
            path: '/shared',
            claimName: 'shared-claim',
            claimInfo: {
              size: '10G',
              storageClass: 'my-storage-class',
              accessModes: { readWriteOnce: false, readWriteMany: true },
            },
          },
          { path: '/short', ephemeral: true, claimInfo: { size: '1G', storageClass: 'my-storage-class' } },
          { path: '/there', existingPvc: true, claimName: 'there-already', readOnly: true },
        ],
      },
    },
    seen: async (one) => {
      await greets(one, '/own', '/shared', '/short', '/there');
      expect(await one.write('/own/kept', 'x')).toBe(true);
      expect(await one.write('/there/kept', 'x')).toBe(false);
    },
  },
  'storage-git': { cannot: 'the image of git-sync and the repository are beyond this machine' },
  'storage-configmapvolume': {
    // Root's alone by the mode of the sample, and the image runs as somebody else.
    fields: {
      storage: {
        configMapVolume: [{ configMap: 'a-map', mountPath: '/map', defaultMode: '0444', name: 'settings' }],
      },
    },
    seen: async (one) => expect(await one.file('/map/k')).toEqual({ mode: '0444', content: 'v' }),
  },
  'storage-secretvolume': { seen: async (one) => expect((await one.file('/secret')).content).toBe('v') },
  'storage-nfs': { cannot: 'there is no NFS server' },
  'storage-hostpath': {
    fields: {
      storage: {
        hostPath: [{ path: folder, mountPath: '/models', mountPropagation: 'HostToContainer' }],
      },
    },
    seen: async (one) => {
      await greets(one, '/models');
      // What is mounted on the machine later is propagated to the container.
      const later = join(folder, 'later');
      mkdirSync(later);
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', later]);
      writeFileSync(join(later, 'hello'), GREETING);
      await greets(one, '/models/later').finally(() => execFileSync('umount', [later]));
    },
  },
  'storage-emptydirvolume': {
    seen: async (one) => {
      expect(one.inside.mounts['/scratch']).toMatchObject({ kind: 'tmpfs', bytes: 954 * 1024 * 1024 });
      expect(await one.write('/scratch/note', 'kept')).toBe(true);
      expect((await one.file('/scratch/note')).content).toBe('kept');
    },
  },
  security: {
    seen: ({ inside }) => {
      expect([inside.uid, inside.gid]).toEqual([500, 30]);
      expect(inside.groups).toEqual(expect.arrayContaining([2, 3]));
      const bounds = BigInt(`0x${inside.process['CapBnd'] ?? '0'}`);
      expect((bounds >> NET_ADMIN) & 1n).toBe(1n);
      // 2 is a filter, proc_pid_status(5).
      expect(inside.process['Seccomp']).toBe('2');
      expect(inside.mounts['/']?.options).toMatch(/^ro\b/);
    },
  },
  serving: { replicas: 2, seen: ({ inside }) => expect(inside.env['RUNAI_JOB_NAME']).toBe('serving') },
  priority: { seen: ({ pod }) => expect(pod.spec.priority).toBe(PRIORITY_CLASSES['high']) },
  // The image is there already, so no registry sees the secret.
  'pull-secrets': {
    seen: ({ pod }) => expect(pod.spec.imagePullSecrets).toEqual([{ name: 'registry' }]),
  },
});
