import { SERIES } from '@tessera/contracts-metrics';
import { counter, gauge, twice, type Awkward } from './awkward-series';
import type { GivenSeries } from './series-source';

type Labels = Readonly<Record<string, string>>;

const MIB = 1_048_576;

/** Everything about one node with one device, half of which a pod of the namespace has. */
function nodeOf(cluster: string, node: string, namespace: string): readonly GivenSeries[] {
  const pod = { namespace, pod: `${node}-pod` };
  const container = { ...pod, container: 'main' };
  const device = { UUID: `GPU-${node}`, gpu: '0' };
  const share = { ...pod, workload_id: 'w', node, gpu: '0', uuid: device.UUID };
  const ofDevice = (labels: Labels): readonly GivenSeries[] => [
    gauge(SERIES.gpuUtilisation, { ...device, ...labels }, 40),
    gauge(SERIES.gpuMemoryUsed, { ...device, ...labels }, 1_000),
    gauge(SERIES.gpuMemoryFree, { ...device, ...labels }, 3_000),
    counter(SERIES.gpuNvlinkTotal, { ...device, ...labels }, 100),
  ];
  return [
    gauge(SERIES.nodeInfo, { cluster, node, hostname: node, Hostname: node, node_pool: 'p' }, 1),
    gauge(SERIES.gpuFree, { cluster, node, node_pool: 'p', gpu: '0' }, 0.5),
    gauge(SERIES.allocatedGpus, share, 0.5),
    gauge(SERIES.allocatedGpuMemory, share, 2_000 * MIB),
    // Both generations of the exporter at once.
    ...ofDevice({ ...pod, hostname: node }),
    ...ofDevice({ ...pod, Hostname: node }),
    gauge(SERIES.podInfo, { ...pod, node }, 1),
    gauge(SERIES.podPhase, { ...pod, phase: 'Running' }, 1),
    gauge(SERIES.resourceRequests, { ...container, resource: 'cpu', node }, 1.5),
    gauge(SERIES.nodeAllocatable, { node, resource: 'cpu' }, 8),
    counter(SERIES.cpuSeconds, { ...container, id: '/1' }, 2),
    gauge(SERIES.workingSet, container, 700),
  ];
}

const asked = (clusterId: string, node: string, namespace: string): Awkward['asked'] => {
  const ofNode = { kind: 'node', clusterId, node } as const;
  const ofCluster = { kind: 'cluster', clusterId } as const;
  const ofProject = { kind: 'org-unit', orgUnit: 'project', id: '7', namespaces: [namespace] } as const;
  return [
    { of: ofNode, type: 'GPU_UTILIZATION', want: { '': 40 } },
    { of: ofNode, type: 'GPU_MEMORY_USAGE_BYTES', want: { '': 1_000 * MIB } },
    { of: ofNode, type: 'GPU_MEMORY_UTILIZATION_PER_GPU', want: { 'gpu=0': 25 } },
    { of: ofNode, type: 'GPU_ALLOCATION_PER_GPU', want: { 'gpu=0': 0.5 } },
    { of: ofNode, type: 'NVLINK_BANDWIDTH_TOTAL', want: { '': 100 } },
    { of: ofNode, type: 'CPU_USAGE_CORES', want: { '': 2 } },
    { of: ofNode, type: 'CPU_UTILIZATION', want: { '': 25 } },
    { of: ofNode, type: 'CPU_MEMORY_USAGE_BYTES', want: { '': 700 } },
    { of: ofCluster, type: 'TOTAL_GPU', want: { '': 1 } },
    { of: ofCluster, type: 'ALLOCATED_GPU', want: { '': 0.5 } },
    { of: ofCluster, type: 'UNALLOCATED_GPU', want: { '': 0.5 } },
    { of: { ...ofCluster, kind: 'node-pool', nodePool: 'p' }, type: 'TOTAL_GPU', want: { '': 1 } },
    { of: ofProject, type: 'GPU_ALLOCATION', want: { '': 0.5 } },
    { of: { ...ofProject, nodePool: 'p' }, type: 'GPU_ALLOCATION', want: { '': 0.5 } },
    { of: { ...ofProject, nodePool: 'other' }, type: 'GPU_ALLOCATION', want: {} },
    { of: ofProject, type: 'GPU_MEMORY_UTILIZATION', want: { '': 50 } },
    { of: ofProject, type: 'CPU_ALLOCATION_MILLICORES', want: { '': 1_500 } },
  ];
};

/** The labels of a target that a scrape configuration gives its own place; those of its series are renamed. */
const TARGET: Labels = {
  cluster: 'fleet',
  node: 'monitoring-node',
  namespace: 'monitoring',
  pod: 'exporter-0',
};

const renamed = (series: GivenSeries): GivenSeries => ({
  ...series,
  labels: {
    ...TARGET,
    ...Object.fromEntries(
      Object.entries(series.labels).map(([name, value]) => [
        name in TARGET ? `exported_${name}` : name,
        value,
      ]),
    ),
  },
});

/** As many scrapes. */
const SIX_MINUTES = 24;

/**
 * Two devices in MIG mode, of which pods hold an instance each: one of the first works, none of the second, which has
 * been there for so many more scrapes.
 */
function migNode(cluster: string, node: string, before: number): readonly GivenSeries[] {
  const instance = (gpu: string, id: string): Labels => ({
    ...{ UUID: `GPU-${node}-${gpu}`, gpu, hostname: node, GPU_I_ID: id, GPU_I_PROFILE: '3g.20gb' },
  });
  const held = (gpu: string): Labels => ({
    namespace: 'runai-mig',
    pod: `m-${gpu}`,
    workload_id: 'm',
    node,
    gpu,
  });
  const device = { cluster, node, node_pool: 'p' };
  return [
    gauge(SERIES.nodeInfo, { ...device, hostname: node, Hostname: node }, 1),
    ...['0', '1'].flatMap((gpu) => [
      gauge(SERIES.gpuFree, { ...device, gpu }, 4 / 7),
      gauge(SERIES.allocatedGpus, held(gpu), 3 / 7),
    ]),
    gauge(SERIES.gpuEngineActive, instance('0', '1'), 0, SIX_MINUTES),
    gauge(SERIES.gpuEngineActive, instance('0', '2'), 0.5, SIX_MINUTES),
    gauge(SERIES.gpuEngineActive, instance('1', '1'), 0, before),
    gauge(SERIES.gpuEngineActive, instance('1', '2'), 0, before),
  ];
}

const migCase = (name: string, suffix: string, before: number, idle: number, seconds: number): Awkward => ({
  name,
  given: migNode(`c-${suffix}`, `node-${suffix}`, before),
  asked: [
    {
      of: { kind: 'cluster', clusterId: `c-${suffix}` },
      type: 'IDLE_ALLOCATED_GPUS',
      want: { [`node=node-${suffix}`]: idle },
    },
    {
      of: { kind: 'node', clusterId: `c-${suffix}`, node: `node-${suffix}` },
      type: 'GPU_IDLE_TIME_SECONDS_PER_GPU',
      want: { 'gpu=0': 0, 'gpu=1': seconds },
    },
  ],
});

/** The awkward exporters of nodes, asked of clusters, node pools, nodes and projects. */
export const AWKWARD_NODES: readonly Awkward[] = [
  {
    name: 'everything about a node twice',
    given: twice(nodeOf('c-twice', 'node-twice', 'runai-twice')),
    asked: asked('c-twice', 'node-twice', 'runai-twice'),
  },
  {
    name: 'labels of a node that the scrape renamed',
    given: nodeOf('c-renamed', 'node-renamed', 'runai-renamed').map(renamed),
    asked: [
      ...asked('c-renamed', 'node-renamed', 'runai-renamed'),
      { of: { kind: 'cluster', clusterId: 'fleet' }, type: 'TOTAL_GPU', want: {} },
    ],
  },
  migCase('devices in MIG mode that say whether their instances work', 'mig', SIX_MINUTES, 1, 480),
  migCase('a device in MIG mode that is too young to count as idle', 'young', 0, 0, 120),
  {
    name: 'a department without projects',
    given: [],
    asked: [
      {
        of: { kind: 'org-unit', orgUnit: 'department', id: '8', namespaces: [] },
        type: 'GPU_ALLOCATION',
        want: {},
      },
    ],
  },
];
