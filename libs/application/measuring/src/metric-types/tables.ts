import { avg, equal, max, NOTHING, oneOf, sum } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import type { PodMetricType, WorkloadMetricType } from '@tessera/contracts-rest';
import { cpuMemory, cpuUsage } from './cpu';
import {
  engineBuckets,
  enginePercentiles,
  engineShare,
  engineSum,
  meanSeconds,
  tokensPerSecond,
} from './serving/engines';
import {
  allocatedPerGpu,
  gpuMemory,
  gpuMemoryPerGpu,
  nvlink,
  nvlinkPerGpu,
  perGpu,
  utilisation,
  utilisationPerGpu,
} from './gpu';
import { gauge, own } from './of-pods';
import type { Plan } from './plan';
import type { PodScope, PodsScope, WorkloadScope } from './scope';
import { coldStarts, latency, latencyQuantile, throughput } from './serving/gateway';

const BOTH = {
  THROUGHPUT: throughput,
  LATENCY: latency,
  LATENCY_P50: latencyQuantile(0.5),
  LATENCY_P95: latencyQuantile(0.95),
  LATENCY_P99: latencyQuantile(0.99),
  ALLOCATED_GPU: allocatedPerGpu,
  GPU_UTILIZATION: utilisation,
  GPU_MEMORY_USAGE_BYTES: gpuMemory,
  CPU_USAGE_CORES: cpuUsage,
  CPU_MEMORY_USAGE_BYTES: cpuMemory,
  NVLINK_BANDWIDTH_TOTAL: nvlink,
  NIM_NUM_REQUESTS_RUNNING: engineSum('running'),
  NIM_NUM_REQUESTS_WAITING: engineSum('waiting'),
  NIM_NUM_REQUEST_MAX: engineSum('most'),
  NIM_REQUEST_SUCCESS_TOTAL: engineSum('succeeded'),
  NIM_REQUEST_FAILURE_TOTAL: engineSum('failed'),
  NIM_GPU_CACHE_USAGE_PERC: engineShare('cacheUse'),
  NIM_TIME_TO_FIRST_TOKEN_SECONDS: engineBuckets('firstToken'),
  NIM_E2E_REQUEST_LATENCY_SECONDS: engineBuckets('wholeRequest'),
  NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES: enginePercentiles('firstToken'),
  NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES: enginePercentiles('wholeRequest'),
  TIME_TO_FIRST_TOKEN_SECONDS: meanSeconds(
    'firstToken',
    SERIES.gatewayFirstTokenSeconds,
    equal('answer', 'stream'),
  ),
  INTER_TOKEN_LATENCY_SECONDS: meanSeconds('betweenTokens', SERIES.gatewayTokenSeconds),
  PROMPT_TOKENS_PER_SECOND: tokensPerSecond('promptTokens', 'input'),
  GENERATION_TOKENS_PER_SECOND: tokensPerSecond('generatedTokens', 'output'),
} satisfies Record<string, Plan<PodsScope>>;

/** How each metric type of a workload is computed; the REST contract lists the types. */
export const WORKLOAD_PLANS: Readonly<Record<WorkloadMetricType, Plan<WorkloadScope>>> = {
  ...BOTH,
  GPU_MEMORY_REQUEST_BYTES: (scope) => sum(own(SERIES.allocatedGpuMemory, scope)),
  GPU_ALLOCATION: (scope) => sum(own(SERIES.allocatedGpus, scope)),
  CPU_REQUEST_CORES: gauge(SERIES.resourceRequests, equal('resource', 'cpu')),
  CPU_LIMIT_CORES: gauge(SERIES.resourceLimits, equal('resource', 'cpu')),
  CPU_MEMORY_REQUEST_BYTES: gauge(SERIES.resourceRequests, equal('resource', 'memory')),
  CPU_MEMORY_LIMIT_BYTES: gauge(SERIES.resourceLimits, equal('resource', 'memory')),
  POD_COUNT: gauge(SERIES.podPhase, oneOf('phase', 'Pending', 'Running', 'Unknown')),
  RUNNING_POD_COUNT: gauge(SERIES.podPhase, equal('phase', 'Running')),
  // While the leader changes, two schedulers may expose them.
  DESIRED_REPLICAS: (scope) => max(own(SERIES.desiredReplicas, scope)),
  READY_REPLICAS: (scope) => max(own(SERIES.readyReplicas, scope)),
  COLD_STARTS: coldStarts,
};

/** The same for one pod. */
export const POD_PLANS: Readonly<Record<PodMetricType, Plan<PodScope>>> = {
  ...BOTH,
  GPU_UTILIZATION_PER_GPU: utilisationPerGpu,
  GPU_MEMORY_USAGE_BYTES_PER_GPU: gpuMemoryPerGpu,
  GPU_GRAPHICS_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuEngineActive, avg),
  GPU_SM_ACTIVITY_PER_GPU: perGpu(SERIES.gpuSmActive, avg),
  GPU_SM_OCCUPANCY_PER_GPU: perGpu(SERIES.gpuSmOccupancy, avg),
  GPU_TENSOR_ACTIVITY_PER_GPU: perGpu(SERIES.gpuTensorActive, avg),
  GPU_FP64_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuFp64Active, avg),
  GPU_FP32_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuFp32Active, avg),
  GPU_FP16_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuFp16Active, avg),
  GPU_MEMORY_BANDWIDTH_UTILIZATION_PER_GPU: perGpu(SERIES.gpuDramActive, avg),
  GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuNvlinkSent, sum),
  GPU_NVLINK_RECEIVED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuNvlinkReceived, sum),
  GPU_PCIE_TRANSMITTED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuPcieSent, sum),
  GPU_PCIE_RECEIVED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuPcieReceived, sum),
  NVLINK_BANDWIDTH_TOTAL_PER_GPU: nvlinkPerGpu,
  // Only the engine of Run:ai swaps GPU memory: there is nothing to measure.
  GPU_SWAP_MEMORY_BYTES_PER_GPU: () => NOTHING,
};
