import { avg, equal, oneOf, sum } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import type { PodMetricType, WorkloadMetricType } from '@tessera/contracts-rest';
import { cpuMemory, cpuUsage } from './cpu';
import { allocatedPerGpu, gpuMemory, gpuMemoryPerGpu, perGpu, utilisation, utilisationPerGpu } from './gpu';
import { gauge, own } from './of-pods';
import type { Plan } from './plan';
import type { PodScope, PodsScope, WorkloadScope } from './scope';
import { latency, latencyQuantile, throughput } from './serving';

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
};
