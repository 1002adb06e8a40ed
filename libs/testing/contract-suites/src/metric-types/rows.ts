import { ENGINE_ROWS } from './engine-rows';
import type { Row, Want } from './row';
import { CLUSTER, WORKLOAD } from './fixture';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const gpus = (...values: readonly number[]): Want =>
  Object.fromEntries(values.map((value, gpu) => [`{"gpu":"${gpu}"}`, value]));
const byNode = (values: Readonly<Record<string, number>>): Want =>
  Object.fromEntries(Object.entries(values).map(([node, value]) => [`{"node":"${node}"}`, value]));
const NONE: Want = {};

/** Types of the reference that measure what only the engine of Run:ai does: no source of ours has a value. */
export const ALWAYS_EMPTY: ReadonlySet<string> = new Set([
  'GPU_SWAP_MEMORY_BYTES_PER_GPU',
  'GPU_OOMKILL_BURST_COUNT_PER_GPU',
  'GPU_OOMKILL_IDLE_COUNT_PER_GPU',
  'GPU_OOMKILL_SWAP_OUT_OF_RAM_COUNT_PER_GPU',
]);

/** Metric types whose value was computed by hand from the fixture, by scope. */
export const ROWS: Readonly<Record<string, Row>> = {
  'a cluster': {
    scope: { kind: 'cluster', clusterId: CLUSTER },
    types: {
      TOTAL_GPU_NODES: 2,
      TOTAL_GPU: 3,
      ALLOCATED_GPU: 1.5,
      UNALLOCATED_GPU: 1.5,
      // Devices at 40 and 10 percent, and one whose two instances are at 60 and 100.
      GPU_UTILIZATION: (40 + 10 + 80) / 3,
      GPU_UTILIZATION_DISTRIBUTION: {
        '{"range":"0-25"}': 1,
        '{"range":"25-50"}': 1,
        '{"range":"50-75"}': 0,
        '{"range":"75-100"}': 1,
      },
      GPU_MEMORY_UTILIZATION: (100 * (30_000 + 0 + 15_000)) / (81_920 + 81_920 + 40_000),
      CPU_UTILIZATION: (100 * (2 + 1)) / (16 + 4),
      CPU_MEMORY_UTILIZATION: (100 * (8 + 4)) / (64 + 16),
      GPU_QUOTA: 4 + 2 + 1,
      AVG_WORKLOAD_WAIT_TIME: 30,
      WORKLOADS_COUNT: 2 + 1 + 4,
      // The devices of a work, and both instances of the one of b.
      IDLE_ALLOCATED_GPUS: byNode({ a: 0, b: 0 }),
      USED_CPU_CORES: byNode({ a: 2, b: 1 }),
      // Of the pods on a, one that asked for 8 cores has ended.
      ALLOCATED_CPU_CORES: byNode({ a: 2, b: 1 }),
      USED_GPU_MEMORY_BYTES: byNode({ a: 30_000 * MIB, b: 15_000 * MIB }),
      USED_CPU_MEMORY_BYTES: byNode({ a: 8e9, b: 4e9 }),
      ALLOCATED_CPU_MEMORY_BYTES: byNode({ a: 4e9, b: 2e9 }),
      // The neighbour on the shared device is no pod of ours; the second pod has two instances.
      GPU_UTILIZATION_PER_POD: {
        '{"namespace":"n1","pod":"w-0"}': 40,
        '{"namespace":"n1","pod":"w-1"}': 80,
      },
      GPU_UTILIZATION_PER_DEVICE: {
        '{"UUID":"GPU-a0","node":"a"}': 40,
        '{"UUID":"GPU-a1","node":"a"}': 10,
        '{"UUID":"GPU-b0","node":"b"}': 80,
      },
    },
  },
  'a node pool': {
    scope: { kind: 'node-pool', clusterId: CLUSTER, nodePool: 'p1' },
    types: {
      TOTAL_GPU_NODES: 1,
      TOTAL_GPU: 2,
      ALLOCATED_GPU: 0.5,
      UNALLOCATED_GPU: 1.5,
      GPU_UTILIZATION: 25,
      GPU_UTILIZATION_DISTRIBUTION: {
        '{"range":"0-25"}': 1,
        '{"range":"25-50"}': 1,
        '{"range":"50-75"}': 0,
        '{"range":"75-100"}': 0,
      },
      GPU_MEMORY_UTILIZATION: (100 * 30_000) / 163_840,
      CPU_UTILIZATION: (100 * 2) / 16,
      CPU_MEMORY_UTILIZATION: (100 * 8) / 64,
      GPU_QUOTA: 4 + 1,
      AVG_WORKLOAD_WAIT_TIME: 45,
      WORKLOADS_COUNT: 5,
      IDLE_ALLOCATED_GPUS: byNode({ a: 0 }),
      USED_CPU_CORES: byNode({ a: 2 }),
      ALLOCATED_CPU_CORES: byNode({ a: 2 }),
      USED_GPU_MEMORY_BYTES: byNode({ a: 30_000 * MIB }),
      USED_CPU_MEMORY_BYTES: byNode({ a: 8e9 }),
      ALLOCATED_CPU_MEMORY_BYTES: byNode({ a: 4e9 }),
    },
  },
  'a cluster with a held device that does not work': {
    scope: { kind: 'cluster', clusterId: 'c2' },
    types: {
      IDLE_ALLOCATED_GPUS: byNode({ z: 1 }),
      USED_CPU_CORES: byNode({ z: 50 }),
      ALLOCATED_CPU_CORES: byNode({ y: 0, z: 0 }),
    },
  },
  'a node': {
    scope: { kind: 'node', clusterId: CLUSTER, node: 'a' },
    types: {
      GPU_UTILIZATION_PER_GPU: gpus(40, 10),
      GPU_UTILIZATION: 25,
      GPU_MEMORY_UTILIZATION_PER_GPU: gpus((100 * 30_000) / 81_920, 0),
      GPU_MEMORY_UTILIZATION: (100 * 30_000) / 163_840,
      GPU_MEMORY_USAGE_BYTES_PER_GPU: gpus(30_000 * MIB, 0),
      GPU_MEMORY_USAGE_BYTES: 30_000 * MIB,
      GPU_ALLOCATION_PER_GPU: gpus(0.5, 0),
      GPU_MEMORY_ALLOCATION_BYTES_PER_GPU: gpus(40 * GIB, 0),
      GPU_IDLE_TIME_SECONDS_PER_GPU: gpus(0, 0),
      CPU_USAGE_CORES: 2,
      CPU_UTILIZATION: 12.5,
      CPU_MEMORY_USAGE_BYTES: 8e9,
      CPU_MEMORY_UTILIZATION: 12.5,
      GPU_OOMKILL_BURST_COUNT_PER_GPU: NONE,
      GPU_OOMKILL_IDLE_COUNT_PER_GPU: NONE,
      GPU_OOMKILL_SWAP_OUT_OF_RAM_COUNT_PER_GPU: NONE,
      GPU_GRAPHICS_ENGINE_ACTIVITY_PER_GPU: gpus(0.41),
      GPU_SM_ACTIVITY_PER_GPU: gpus(0.42),
      GPU_SM_OCCUPANCY_PER_GPU: gpus(0.43),
      GPU_TENSOR_ACTIVITY_PER_GPU: gpus(0.44),
      GPU_FP64_ENGINE_ACTIVITY_PER_GPU: gpus(0.45),
      GPU_FP32_ENGINE_ACTIVITY_PER_GPU: gpus(0.46),
      GPU_FP16_ENGINE_ACTIVITY_PER_GPU: gpus(0.47),
      GPU_MEMORY_BANDWIDTH_UTILIZATION_PER_GPU: gpus(0.48),
      GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU: gpus(1_000),
      GPU_NVLINK_RECEIVED_BANDWIDTH_PER_GPU: gpus(2_000),
      GPU_PCIE_TRANSMITTED_BANDWIDTH_PER_GPU: gpus(3_000),
      GPU_PCIE_RECEIVED_BANDWIDTH_PER_GPU: gpus(4_000),
      NVLINK_BANDWIDTH_TOTAL: 150,
      NVLINK_BANDWIDTH_TOTAL_PER_GPU: gpus(100, 50),
    },
  },
  'a node whose device has never worked in its twelve minutes': {
    scope: { kind: 'node', clusterId: 'c2', node: 'z' },
    types: { GPU_IDLE_TIME_SECONDS_PER_GPU: gpus(720), GPU_UTILIZATION: 0 },
  },
  'a node whose device has MIG instances': {
    scope: { kind: 'node', clusterId: CLUSTER, node: 'b' },
    types: {
      GPU_UTILIZATION_PER_GPU: gpus(80),
      GPU_MEMORY_USAGE_BYTES_PER_GPU: gpus(15_000 * MIB),
      GPU_MEMORY_UTILIZATION: 37.5,
      GPU_IDLE_TIME_SECONDS_PER_GPU: gpus(0),
    },
  },
  'a node without containers': {
    scope: { kind: 'node', clusterId: 'c2', node: 'y' },
    types: { CPU_UTILIZATION: 0, CPU_MEMORY_UTILIZATION: 0 },
  },
  'a node of a cluster without it': {
    scope: { kind: 'node', clusterId: 'c2', node: 'a' },
    types: { GPU_UTILIZATION: NONE, CPU_USAGE_CORES: NONE, GPU_ALLOCATION_PER_GPU: NONE },
  },
  'a project': {
    scope: { kind: 'org-unit', orgUnit: 'project', id: '7', namespaces: ['n1'] },
    types: {
      GPU_QUOTA: 6,
      CPU_QUOTA_MILLICORES: 8_000,
      CPU_MEMORY_QUOTA_MB: 16_000,
      GPU_ALLOCATION: 1.5,
      CPU_ALLOCATION_MILLICORES: 3_000,
      CPU_MEMORY_ALLOCATION_MB: 6_000,
      GPU_MEMORY_UTILIZATION: (100 * (30_000 + 15_000)) / (120 * 1024),
    },
  },
  'a project in one pool': {
    scope: { kind: 'org-unit', orgUnit: 'project', id: '7', namespaces: ['n1'], nodePool: 'p1' },
    types: {
      GPU_QUOTA: 4,
      CPU_QUOTA_MILLICORES: 8_000,
      CPU_MEMORY_QUOTA_MB: 16_000,
      GPU_ALLOCATION: 0.5,
      CPU_ALLOCATION_MILLICORES: 2_000,
      CPU_MEMORY_ALLOCATION_MB: 4_000,
      GPU_MEMORY_UTILIZATION: (100 * 30_000) / (40 * 1024),
    },
  },
  'a department': {
    scope: { kind: 'org-unit', orgUnit: 'department', id: '7', namespaces: ['n1', 'n9'] },
    types: {
      GPU_QUOTA: 10,
      CPU_QUOTA_MILLICORES: 20_000,
      CPU_MEMORY_QUOTA_MB: 40_000,
      GPU_ALLOCATION: 2.5,
      CPU_ALLOCATION_MILLICORES: 3_000,
      CPU_MEMORY_ALLOCATION_MB: 6_000,
      // Of its projects in both clusters.
      GPU_MEMORY_UTILIZATION: (100 * (30_000 + 15_000 + 7)) / (200 * 1024),
    },
  },
  'a department without projects': {
    scope: { kind: 'org-unit', orgUnit: 'department', id: '7', namespaces: [] },
    types: { GPU_QUOTA: 10, GPU_ALLOCATION: NONE },
  },
  'a workload': {
    scope: { kind: 'workload', workloadId: WORKLOAD, namespace: 'n1' },
    types: {
      THROUGHPUT: 60,
      LATENCY: 250,
      // Between 0.1 s and 0.5 s, as far as the buckets show.
      LATENCY_P50: 300,
      LATENCY_P95: 480,
      LATENCY_P99: 496,
      ALLOCATED_GPU: { '{"gpu":"0","node":"a"}': 0.5, '{"gpu":"0","node":"b"}': 1 },
      GPU_MEMORY_REQUEST_BYTES: 120 * GIB,
      GPU_ALLOCATION: 1.5,
      CPU_USAGE_CORES: 3,
      CPU_MEMORY_USAGE_BYTES: 12e9,
      CPU_LIMIT_CORES: 5,
      CPU_MEMORY_LIMIT_BYTES: 9e9,
      POD_COUNT: 3,
      RUNNING_POD_COUNT: 2,
      // A device at 40 percent, and two instances of another at 60 and 100.
      GPU_UTILIZATION: 200 / 3,
      GPU_MEMORY_USAGE_BYTES: (30_000 + 10_000 + 5_000) * MIB,
      NVLINK_BANDWIDTH_TOTAL: 100,
      CPU_REQUEST_CORES: 2 + 1 + 8 + 16,
      CPU_MEMORY_REQUEST_BYTES: 4e9 + 2e9 + 8e9 + 16e9,
      DESIRED_REPLICAS: 3,
      READY_REPLICAS: 2,
      // In the last minute.
      COLD_STARTS: 2 + 1,
      TIME_TO_FIRST_TOKEN_SECONDS: 0.4,
      INTER_TOKEN_LATENCY_SECONDS: 0.02,
      PROMPT_TOKENS_PER_SECOND: 300,
      GENERATION_TOKENS_PER_SECOND: 90,
    },
  },
  'a pod': {
    scope: { kind: 'pod', workloadId: WORKLOAD, namespace: 'n1', pod: 'w-0' },
    types: {
      THROUGHPUT: 40,
      LATENCY: 250,
      LATENCY_P50: 300,
      LATENCY_P95: 480,
      LATENCY_P99: 496,
      ALLOCATED_GPU: gpus(0.5),
      GPU_UTILIZATION: 40,
      GPU_UTILIZATION_PER_GPU: gpus(40),
      GPU_MEMORY_USAGE_BYTES: 30_000 * MIB,
      GPU_MEMORY_USAGE_BYTES_PER_GPU: gpus(30_000 * MIB),
      CPU_USAGE_CORES: 2,
      CPU_MEMORY_USAGE_BYTES: 8e9,
      GPU_GRAPHICS_ENGINE_ACTIVITY_PER_GPU: gpus(0.41),
      GPU_SM_ACTIVITY_PER_GPU: gpus(0.42),
      GPU_SM_OCCUPANCY_PER_GPU: gpus(0.43),
      GPU_TENSOR_ACTIVITY_PER_GPU: gpus(0.44),
      GPU_FP64_ENGINE_ACTIVITY_PER_GPU: gpus(0.45),
      GPU_FP32_ENGINE_ACTIVITY_PER_GPU: gpus(0.46),
      GPU_FP16_ENGINE_ACTIVITY_PER_GPU: gpus(0.47),
      GPU_MEMORY_BANDWIDTH_UTILIZATION_PER_GPU: gpus(0.48),
      GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU: gpus(1_000),
      GPU_NVLINK_RECEIVED_BANDWIDTH_PER_GPU: gpus(2_000),
      GPU_PCIE_TRANSMITTED_BANDWIDTH_PER_GPU: gpus(3_000),
      GPU_PCIE_RECEIVED_BANDWIDTH_PER_GPU: gpus(4_000),
      NVLINK_BANDWIDTH_TOTAL: 100,
      NVLINK_BANDWIDTH_TOTAL_PER_GPU: gpus(100),
      GPU_SWAP_MEMORY_BYTES_PER_GPU: NONE,
      GENERATION_TOKENS_PER_SECOND: 10,
    },
  },
  'a cluster whose exporter has blanks': {
    scope: { kind: 'cluster', clusterId: 'blank' },
    types: {
      GPU_UTILIZATION: 50,
      GPU_UTILIZATION_DISTRIBUTION: {
        '{"range":"0-25"}': 0,
        '{"range":"25-50"}': 0,
        '{"range":"50-75"}': 1,
        '{"range":"75-100"}': 0,
      },
      GPU_MEMORY_UTILIZATION: 25,
    },
  },
  'a node pool whose exporter has blanks': {
    scope: { kind: 'node-pool', clusterId: 'blank', nodePool: 'p3' },
    types: { GPU_UTILIZATION: 50, GPU_MEMORY_UTILIZATION: 25 },
  },
  'a node whose exporter has blanks': {
    scope: { kind: 'node', clusterId: 'blank', node: 'g' },
    types: {
      GPU_UTILIZATION_PER_GPU: gpus(50),
      GPU_UTILIZATION: 50,
      GPU_IDLE_TIME_SECONDS_PER_GPU: gpus(0),
      GPU_MEMORY_USAGE_BYTES_PER_GPU: gpus(1_000 * MIB),
      GPU_MEMORY_USAGE_BYTES: 1_000 * MIB,
      GPU_MEMORY_UTILIZATION_PER_GPU: gpus(25),
      GPU_SM_ACTIVITY_PER_GPU: gpus(0.5),
      GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU: gpus(3e9),
      NVLINK_BANDWIDTH_TOTAL_PER_GPU: gpus(100),
      NVLINK_BANDWIDTH_TOTAL: 100,
    },
  },
  'a project whose exporter has blanks': {
    scope: { kind: 'org-unit', orgUnit: 'project', id: '3', namespaces: ['n3'] },
    types: { GPU_MEMORY_UTILIZATION: (100 * 1_000) / 4_096 },
  },
  'a workload whose exporter has blanks': {
    scope: { kind: 'workload', workloadId: 'b', namespace: 'n3' },
    types: { GPU_UTILIZATION: 50, GPU_MEMORY_USAGE_BYTES: 1_000 * MIB },
  },
  'a pod whose exporter has blanks': {
    scope: { kind: 'pod', workloadId: 'b', namespace: 'n3', pod: 'b-0' },
    types: {
      GPU_UTILIZATION_PER_GPU: gpus(50),
      GPU_MEMORY_USAGE_BYTES_PER_GPU: gpus(1_000 * MIB),
      GPU_SM_ACTIVITY_PER_GPU: gpus(0.5),
      GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU: gpus(3e9),
    },
  },
  ...ENGINE_ROWS,
};
