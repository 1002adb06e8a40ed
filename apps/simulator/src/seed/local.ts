import { LABELS, namespaceOf, NODE_LABELS } from '@tessera/contracts-kubernetes';
import { PRIORITY_CLASSES } from '@tessera/domain-workload';
import type { GpuSeed, NodeSeed } from '@tessera/simulation-kubelets';
import type { ClusterSeed, ObjectSeed } from './cluster-seed';

/** Names of the sample organisation; they come from the reference's sample request. */
const NODE_TYPE = 'my-node-type';
const POOL_A = 'my-node-pool-a';
const POOL_B = 'my-node-pool-b';
const POOL_DEFAULT = 'default';
const TOPOLOGY_KEY = 'string';
const EXTENDED = { 'hardware-vendor.example/foo': '4' };
const PROJECT_NAME = 'project-1';
const PROJECT = namespaceOf(PROJECT_NAME);
const DATA_VOLUME = '123e4567-e89b-12d3-a456-426614174000';
const STORAGE_CLASS = 'my-storage-class';

const A100: GpuSeed = { model: 'NVIDIA-A100-SXM4-40GB', memoryMiB: 40_960 };
const H100: GpuSeed = { model: 'NVIDIA-H100-80GB-HBM3', memoryMiB: 81_559 };
const L40S: GpuSeed = { model: 'NVIDIA-L40S', memoryMiB: 46_068 };

/** The balanced layout of mig-parted: one 3g, one 2g, two 1g; starts are memory slices. */
const A100_MIG: GpuSeed = {
  model: 'NVIDIA-A100-PCIE-40GB',
  memoryMiB: 40_960,
  mig: [
    { profile: '2g.10gb', start: 0 },
    { profile: '1g.5gb', start: 2 },
    { profile: '1g.5gb', start: 3 },
    { profile: '3g.20gb', start: 4 },
  ],
};

function gpuNode(name: string, pool: string, zone: string, gpus: readonly GpuSeed[]): NodeSeed {
  return {
    name,
    labels: {
      [NODE_LABELS.nodePool]: pool,
      [TOPOLOGY_KEY]: zone,
      ...(pool === POOL_DEFAULT ? {} : { [NODE_LABELS.nodeType]: NODE_TYPE }),
      'node-role.kubernetes.io/gpu-worker': '',
    },
    cpu: '64',
    memory: '512Gi',
    extended: EXTENDED,
    gpus,
  };
}

/**
 * Pools a and b carry whole GPUs of two types, as the sample requests. A MIG node is in `default`, where requests
 * without pools go, and another in pool b, so that the sample with `migProfile` instead of `portion` finds one too.
 */
const NODES: readonly NodeSeed[] = [
  gpuNode('a100-pool-a-1', POOL_A, 'zone-1', [A100, A100]),
  gpuNode('h100-pool-b-1', POOL_B, 'zone-2', [H100, H100]),
  gpuNode('a100-mig-pool-b-1', POOL_B, 'zone-2', [A100_MIG]),
  gpuNode('a100-mig-default-1', POOL_DEFAULT, 'zone-1', [A100_MIG]),
  gpuNode('l40s-default-1', POOL_DEFAULT, 'zone-1', [L40S, L40S]),
  {
    name: 'cpu-default-1',
    labels: {
      [NODE_LABELS.nodePool]: POOL_DEFAULT,
      [TOPOLOGY_KEY]: 'zone-1',
      'node-role.kubernetes.io/cpu-worker': '',
    },
    cpu: '16',
    memory: '64Gi',
    extended: EXTENDED,
    gpus: [],
  },
];

const OBJECTS: readonly ObjectSeed[] = [
  {
    plural: 'storageclasses',
    object: {
      metadata: { name: STORAGE_CLASS },
      provisioner: 'simulator.tessera.io/volumes',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'Immediate',
    },
  },
  ...Object.entries(PRIORITY_CLASSES).map(([name, value]) => ({
    plural: 'priorityclasses',
    object: { metadata: { name }, value, preemptionPolicy: 'Never' },
  })),
  {
    plural: 'namespaces',
    object: { metadata: { name: PROJECT, labels: { [LABELS.project]: PROJECT_NAME } } },
  },
  { plural: 'serviceaccounts', namespace: PROJECT, object: { metadata: { name: 'default' } } },
  {
    plural: 'configmaps',
    namespace: PROJECT,
    object: { metadata: { name: 'string' }, data: { 'settings.ini': 'sample=true\n' } },
  },
  {
    plural: 'secrets',
    namespace: PROJECT,
    object: { metadata: { name: 'string' }, type: 'Opaque', stringData: { sample: 'sample' } },
  },
  {
    plural: 'secrets',
    namespace: PROJECT,
    object: {
      metadata: { name: 'my-password-secret' },
      type: 'Opaque',
      stringData: { User: 'sample', Password: 'sample' },
    },
  },
  {
    plural: 'persistentvolumeclaims',
    namespace: PROJECT,
    object: {
      metadata: { name: `data-${DATA_VOLUME}`, labels: { 'tessera.io/data-volume': DATA_VOLUME } },
      spec: {
        accessModes: ['ReadWriteMany'],
        storageClassName: STORAGE_CLASS,
        resources: { requests: { storage: '10Gi' } },
      },
    },
  },
];

/** The default cluster of a new user: six small nodes and the objects that the sample request refers to. */
export const LOCAL_SEED: ClusterSeed = { nodes: NODES, objects: OBJECTS };

/** This many equal nodes with eight GPUs each, and nothing else: for scale tests. */
export const seedOfSize = (nodes: number): ClusterSeed => ({
  nodes: Array.from({ length: nodes }, (_unused, index) =>
    gpuNode(
      `node-${String(index + 1).padStart(5, '0')}`,
      POOL_DEFAULT,
      `zone-${(index % 3) + 1}`,
      Array.from({ length: 8 }, () => A100),
    ),
  ),
  objects: [],
});
