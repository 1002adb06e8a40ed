import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import type { GivenSeries } from '../series-source';
import { BLANKS } from './blanks';
import { OF_ENGINES } from './engines';
import { counter, gauge, older, twice, type Labels } from './given';

export const CLUSTER = 'c1';
export const WORKLOAD = 'w';

/** Two nodes of the cluster, in a pool each, and two of another cluster whose pool has the same name. */
const NODES = [
  { cluster: CLUSTER, node: 'a', node_pool: 'p1' },
  { cluster: CLUSTER, node: 'b', node_pool: 'p2' },
  { cluster: 'c2', node: 'z', node_pool: 'p1' },
  { cluster: 'c2', node: 'y', node_pool: 'p1' },
] as const;
const onNode = (index: 0 | 1 | 2) => NODES[index];

const nodes = NODES.map((node) =>
  gauge(SERIES.nodeInfo, { ...node, hostname: node.node, Hostname: node.node }, 1),
);
/** Node a: half of one device is free, and all of another. Node b and z: nothing. */
const free = [
  gauge(SERIES.gpuFree, { ...onNode(0), gpu: '0' }, 0.5),
  gauge(SERIES.gpuFree, { ...onNode(0), gpu: '1' }, 1),
  gauge(SERIES.gpuFree, { ...onNode(1), gpu: '0' }, 0),
  gauge(SERIES.gpuFree, { ...onNode(2), gpu: '0' }, 0),
];

const W0 = { namespace: 'n1', pod: 'w-0' };
const W1 = { namespace: 'n1', pod: 'w-1' };
const NEIGHBOUR = { namespace: 'n2', pod: 'next-0' };
const ELSEWHERE = { namespace: 'n9', pod: 'far-0' };
/** Pods of the workload that hold nothing: one has ended, one waits for a node. */
const DONE = { namespace: 'n1', pod: 'w-done' };
const WAITING = { namespace: 'n1', pod: 'w-wait' };

const GIB = 1024 ** 3;
const held = (pod: Labels, workload_id: string, node: string, gpus: number, gib: number): GivenSeries[] => {
  const labels = { ...pod, workload_id, node, gpu: '0', project: 'team' };
  return [gauge(SERIES.allocatedGpus, labels, gpus), gauge(SERIES.allocatedGpuMemory, labels, gib * GIB)];
};
const holdings = [
  ...held(W0, WORKLOAD, 'a', 0.5, 40),
  ...held(W1, WORKLOAD, 'b', 1, 80),
  ...held(ELSEWHERE, 'far', 'z', 1, 80),
];

/** Three generations of labels: the older and the newer name of the node, and the one that a Prometheus adds. */
const A0 = { UUID: 'GPU-a0', gpu: '0', Hostname: 'a' };
const A1 = { UUID: 'GPU-a1', gpu: '1', hostname: 'a' };
const B0 = { UUID: 'GPU-b0', gpu: '0', node: 'b', ...W1 };
const Z0 = { UUID: 'GPU-z0', gpu: '0', Hostname: 'z', ...ELSEWHERE };
const FIRST = { ...B0, GPU_I_ID: '1', GPU_I_PROFILE: '1g.10gb' };
const SECOND = { ...B0, GPU_I_ID: '2', GPU_I_PROFILE: '1g.10gb' };

/** Device 0 of a is shared: the exporter reports its value with each of the two pods. */
const shared = (name: string, value: number): GivenSeries[] =>
  [W0, NEIGHBOUR].map((pod) => gauge(name, { ...A0, ...pod }, value));
const utilisations = [
  ...shared(SERIES.gpuUtilisation, 40),
  gauge(SERIES.gpuUtilisation, A1, 10),
  gauge(SERIES.gpuEngineActive, FIRST, 0.6),
  gauge(SERIES.gpuEngineActive, SECOND, 1),
  older(gauge(SERIES.gpuUtilisation, Z0, 0)),
];
/** MiB in use, free and reserved; device 1 has an exporter that does not report the reserved part. */
const memory = [
  ...shared(SERIES.gpuMemoryUsed, 30_000),
  ...shared(SERIES.gpuMemoryFree, 50_000),
  ...shared(SERIES.gpuMemoryReserved, 1_920),
  gauge(SERIES.gpuMemoryUsed, A1, 0),
  gauge(SERIES.gpuMemoryFree, A1, 81_920),
  gauge(SERIES.gpuMemoryUsed, FIRST, 10_000),
  gauge(SERIES.gpuMemoryFree, FIRST, 10_000),
  gauge(SERIES.gpuMemoryUsed, SECOND, 5_000),
  gauge(SERIES.gpuMemoryFree, SECOND, 15_000),
  gauge(SERIES.gpuMemoryUsed, Z0, 7),
  gauge(SERIES.gpuMemoryFree, Z0, 7),
];
/** Another value for each series, so that a wrong name shows. */
const PROFILE = {
  gpuEngineActive: 0.41,
  gpuSmActive: 0.42,
  gpuSmOccupancy: 0.43,
  gpuTensorActive: 0.44,
  gpuFp64Active: 0.45,
  gpuFp32Active: 0.46,
  gpuFp16Active: 0.47,
  gpuDramActive: 0.48,
  gpuNvlinkSent: 1_000,
  gpuNvlinkReceived: 2_000,
  gpuPcieSent: 3_000,
  gpuPcieReceived: 4_000,
} as const;
const profiles = Object.entries(PROFILE).flatMap(([name, value]) =>
  shared(SERIES[name as keyof typeof PROFILE], value),
);
const nvlink = [
  ...[W0, NEIGHBOUR].map((pod) => counter(SERIES.gpuNvlinkTotal, { ...A0, ...pod }, 100)),
  counter(SERIES.gpuNvlinkTotal, A1, 50),
  counter(SERIES.gpuNvlinkTotal, Z0, 999),
];

const main = { container: 'main' };
const cpu = [
  counter(SERIES.cpuSeconds, { ...W0, ...main }, 2),
  counter(SERIES.cpuSeconds, { ...W0, container: 'POD' }, 70),
  counter(SERIES.cpuSeconds, { ...W0 }, 70),
  counter(SERIES.cpuSeconds, { ...W1, ...main }, 1),
  counter(SERIES.cpuSeconds, { ...ELSEWHERE, ...main }, 50),
  gauge(SERIES.workingSet, { ...W0, ...main }, 8e9),
  gauge(SERIES.workingSet, { ...W0 }, 70e9),
  gauge(SERIES.workingSet, { ...W1, ...main }, 4e9),
  gauge(SERIES.workingSet, { ...ELSEWHERE, ...main }, 50e9),
];
const placedPods = [
  { ...W0, node: 'a' },
  { ...W1, node: 'b' },
  { ...ELSEWHERE, node: 'z' },
].flatMap((labels) => twice(gauge(SERIES.podInfo, labels, 1)));
const allocatable = [
  ['a', 'cpu', 16],
  ['b', 'cpu', 4],
  ['z', 'cpu', 64],
  ['y', 'cpu', 64],
  ['y', 'memory', 64e9],
  ['a', 'memory', 64e9],
  ['b', 'memory', 16e9],
  ['z', 'memory', 64e9],
] as const;
const capacities = allocatable.flatMap(([node, resource, value]) =>
  twice(gauge(SERIES.nodeAllocatable, { node, resource, unit: 'x' }, value)),
);
const requests = (
  [
    [W0, 'a', 2, 4e9],
    [W1, 'b', 1, 2e9],
    [DONE, 'a', 8, 8e9],
    [WAITING, '', 16, 16e9],
  ] as const
).flatMap(([pod, node, cores, bytes]) => [
  gauge(SERIES.resourceRequests, { ...pod, ...main, node, resource: 'cpu' }, cores),
  gauge(SERIES.resourceRequests, { ...pod, ...main, node, resource: 'memory' }, bytes),
]);
const limits = [
  gauge(SERIES.resourceLimits, { ...W0, ...main, resource: 'cpu' }, 5),
  gauge(SERIES.resourceLimits, { ...W0, ...main, resource: 'memory' }, 9e9),
];
const phases = (
  [
    [W0, 'Running'],
    [W1, 'Running'],
    [DONE, 'Succeeded'],
    [WAITING, 'Pending'],
  ] as const
).flatMap(([pod, now]) =>
  ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((phase) =>
    gauge(SERIES.podPhase, { ...pod, phase }, phase === now ? 1 : 0),
  ),
);
const owners = [W0, W1, DONE, WAITING].map((pod) =>
  gauge(SERIES.podLabels, { ...pod, [OWNER_LABEL]: WORKLOAD }, 1),
);

/** 40 and 20 requests a second of 250 ms each. */
const served = (
  [
    ['w-0', 40],
    ['w-1', 20],
  ] as const
).flatMap(([pod, perSecond]) => {
  const labels = { project: 'team', workload: 'chat', workload_id: WORKLOAD, pod };
  return [
    counter(SERIES.gatewayRequests, { ...labels, code: '200' }, perSecond),
    counter(`${SERIES.gatewaySeconds}_sum`, labels, perSecond / 4),
    counter(`${SERIES.gatewaySeconds}_count`, labels, perSecond),
    counter(`${SERIES.gatewaySeconds}_bucket`, { ...labels, le: '0.1' }, 0),
    counter(`${SERIES.gatewaySeconds}_bucket`, { ...labels, le: '0.5' }, perSecond),
    counter(`${SERIES.gatewaySeconds}_bucket`, { ...labels, le: '+Inf' }, perSecond),
  ];
});

const CHAT = { project: 'team', workload: 'chat', workload_id: WORKLOAD };
/** Two gateways woke it, once in 30 seconds and once in 60. One scheduler has not ended that led before. */
const scaled = [
  counter(SERIES.gatewayWakes, { ...CHAT, instance: 'i1' }, 1 / 30),
  counter(SERIES.gatewayWakes, { ...CHAT, instance: 'i2' }, 1 / 60),
  gauge(SERIES.desiredReplicas, { ...CHAT, instance: 'i1' }, 3),
  gauge(SERIES.desiredReplicas, { ...CHAT, instance: 'i2' }, 2),
  gauge(SERIES.readyReplicas, { ...CHAT, instance: 'i1' }, 2),
  gauge(SERIES.readyReplicas, { ...CHAT, instance: 'i2' }, 1),
];
/** As the gateway meters them, whatever the model server is. */
const metered = [
  counter(SERIES.gatewayTokens, { ...CHAT, pod: 'w-0', kind: 'input' }, 300),
  counter(SERIES.gatewayTokens, { ...CHAT, pod: 'w-0', kind: 'cached' }, 7_000),
  counter(SERIES.gatewayTokens, { ...CHAT, pod: 'w-1', kind: 'output' }, 80),
  counter(SERIES.gatewayTokens, { ...CHAT, pod: 'w-0', kind: 'output' }, 10),
  counter(`${SERIES.gatewayFirstTokenSeconds}_sum`, { ...CHAT, pod: 'w-0', answer: 'stream' }, 8),
  counter(`${SERIES.gatewayFirstTokenSeconds}_count`, { ...CHAT, pod: 'w-0', answer: 'stream' }, 20),
  counter(`${SERIES.gatewayFirstTokenSeconds}_sum`, { ...CHAT, pod: 'w-0', answer: 'whole' }, 900),
  counter(`${SERIES.gatewayFirstTokenSeconds}_count`, { ...CHAT, pod: 'w-0', answer: 'whole' }, 30),
  counter(`${SERIES.gatewayTokenSeconds}_sum`, { ...CHAT, pod: 'w-0' }, 2),
  counter(`${SERIES.gatewayTokenSeconds}_count`, { ...CHAT, pod: 'w-0' }, 100),
];

const quotaOf = (org_unit: string, org_unit_id: string, cluster: string, node_pool: string) => ({
  cluster,
  org_unit,
  org_unit_id,
  node_pool,
});
const quotas = [
  gauge(SERIES.quotaGpus, quotaOf('project', '7', CLUSTER, 'p1'), 4),
  gauge(SERIES.quotaGpus, quotaOf('project', '7', CLUSTER, 'p2'), 2),
  gauge(SERIES.quotaGpus, quotaOf('project', '8', CLUSTER, 'p1'), 1),
  gauge(SERIES.quotaGpus, quotaOf('project', '9', 'c2', 'p1'), 100),
  gauge(SERIES.quotaGpus, quotaOf('department', '7', CLUSTER, 'p1'), 10),
  gauge(SERIES.quotaCpuCores, quotaOf('project', '7', CLUSTER, 'p1'), 8),
  gauge(SERIES.quotaMemory, quotaOf('project', '7', CLUSTER, 'p1'), 16e9),
  gauge(SERIES.quotaCpuCores, quotaOf('department', '7', CLUSTER, 'p1'), 12),
  gauge(SERIES.quotaCpuCores, quotaOf('department', '7', CLUSTER, 'p2'), 8),
  gauge(SERIES.quotaMemory, quotaOf('department', '7', CLUSTER, 'p1'), 40e9),
].flatMap(twice);

const counted = (project_id: string, phase: string, value: number, cluster = CLUSTER) =>
  gauge(SERIES.workloads, { cluster, department_id: '3', project_id, phase, category: 'Deploy' }, value);
const workloads = [
  counted('7', 'Running', 2),
  counted('7', 'Pending', 1),
  counted('8', 'Running', 4),
  counted('9', 'Running', 50, 'c2'),
  gauge(SERIES.poolWorkloads, { cluster: CLUSTER, node_pool: 'p1', phase: 'Running', category: 'Deploy' }, 5),
  gauge(SERIES.waitSeconds, { cluster: CLUSTER, node_pool: '' }, 30),
  gauge(SERIES.waitSeconds, { cluster: CLUSTER, node_pool: 'p1' }, 45),
].flatMap(twice);

/** Everything that the sources of a platform of two clusters say. */
export const FIXTURE: readonly GivenSeries[] = [
  ...nodes,
  ...free,
  ...holdings,
  ...utilisations,
  ...memory,
  ...profiles,
  ...nvlink,
  ...cpu,
  ...placedPods,
  ...capacities,
  ...requests,
  ...limits,
  ...phases,
  ...owners,
  ...served,
  ...scaled,
  ...metered,
  ...quotas,
  ...workloads,
  ...BLANKS,
  ...OF_ENGINES,
];
