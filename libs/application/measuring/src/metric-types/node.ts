import { avg, firstOf, NOTHING, sum, times } from '@tessera/domain-measurement';
import { SERIES } from '@tessera/contracts-metrics';
import type { NodeMetricType } from '@tessera/contracts-rest';
import { busyDevices, idleDevices, memoryUsed, memoryUtilisation } from './devices';
import { cpuMemoryUtilisation, cpuUsed, cpuUtilisation, memoryInUse } from './nodes-cpu';
import { allocations, devices, gpuRate, onGpuNodes, perDevice } from './of-nodes';
import type { Plan } from './plan';
import type { NodeScope } from './scope';

/** How far back the time without work is followed, ms. */
const IDLE_MS = 24 * 3_600_000;

/** As DCGM gives it: activities between 0 and 1, bandwidths in bytes per second. */
const perGpu =
  (name: string): Plan<NodeScope> =>
  (scope) =>
    avg(perDevice(onGpuNodes(scope, name)), 'gpu');

/** What pods have of each device; 0 of a device that nobody has. */
const allocated =
  (name: string): Plan<NodeScope> =>
  (scope) =>
    firstOf(sum(allocations(name, scope), 'gpu'), times(sum(devices(scope), 'gpu'), 0));

/** Seconds for which a device has not worked; the whole of the last day where it never did within it. */
const idleTime: Plan<NodeScope> = (scope) => avg(idleDevices(scope, IDLE_MS), 'gpu');

const nvlink =
  (...by: string[]): Plan<NodeScope> =>
  (scope, windowMs) =>
    sum(perDevice(gpuRate(scope, SERIES.gpuNvlinkTotal, windowMs)), ...by);

/** Only the engine of Run:ai swaps GPU memory and ends pods for it: there is nothing to measure. */
const ofThatEngine: Plan<NodeScope> = () => NOTHING;

/** How each metric type of a node is computed. */
export const NODE_PLANS: Readonly<Record<NodeMetricType, Plan<NodeScope>>> = {
  GPU_UTILIZATION_PER_GPU: (scope) => avg(busyDevices(scope), 'gpu'),
  GPU_UTILIZATION: (scope) => avg(busyDevices(scope)),
  GPU_MEMORY_UTILIZATION_PER_GPU: memoryUtilisation('gpu'),
  GPU_MEMORY_UTILIZATION: memoryUtilisation(),
  GPU_MEMORY_USAGE_BYTES_PER_GPU: memoryUsed('gpu'),
  GPU_MEMORY_USAGE_BYTES: memoryUsed(),
  GPU_ALLOCATION_PER_GPU: allocated(SERIES.allocatedGpus),
  GPU_MEMORY_ALLOCATION_BYTES_PER_GPU: allocated(SERIES.allocatedGpuMemory),
  GPU_IDLE_TIME_SECONDS_PER_GPU: idleTime,
  CPU_USAGE_CORES: cpuUsed,
  CPU_UTILIZATION: cpuUtilisation,
  CPU_MEMORY_USAGE_BYTES: memoryInUse,
  CPU_MEMORY_UTILIZATION: cpuMemoryUtilisation,
  GPU_OOMKILL_BURST_COUNT_PER_GPU: ofThatEngine,
  GPU_OOMKILL_IDLE_COUNT_PER_GPU: ofThatEngine,
  GPU_OOMKILL_SWAP_OUT_OF_RAM_COUNT_PER_GPU: ofThatEngine,
  GPU_GRAPHICS_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuEngineActive),
  GPU_SM_ACTIVITY_PER_GPU: perGpu(SERIES.gpuSmActive),
  GPU_SM_OCCUPANCY_PER_GPU: perGpu(SERIES.gpuSmOccupancy),
  GPU_TENSOR_ACTIVITY_PER_GPU: perGpu(SERIES.gpuTensorActive),
  GPU_FP64_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuFp64Active),
  GPU_FP32_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuFp32Active),
  GPU_FP16_ENGINE_ACTIVITY_PER_GPU: perGpu(SERIES.gpuFp16Active),
  GPU_MEMORY_BANDWIDTH_UTILIZATION_PER_GPU: perGpu(SERIES.gpuDramActive),
  GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuNvlinkSent),
  GPU_NVLINK_RECEIVED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuNvlinkReceived),
  GPU_PCIE_TRANSMITTED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuPcieSent),
  GPU_PCIE_RECEIVED_BANDWIDTH_PER_GPU: perGpu(SERIES.gpuPcieReceived),
  NVLINK_BANDWIDTH_TOTAL: nvlink(),
  NVLINK_BANDWIDTH_TOTAL_PER_GPU: nvlink('gpu'),
};
