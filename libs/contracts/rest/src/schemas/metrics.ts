import { z } from 'zod';
import { DateTime } from './primitives';

/** Types of the two inference endpoints at level 2.18. */
export const INFERENCE_METRICS = ['THROUGHPUT', 'LATENCY'] as const;
/** Types of the generic workload endpoint at level 2.18. */
export const WORKLOAD_METRICS = [
  'GPU_UTILIZATION',
  'GPU_MEMORY_USAGE_BYTES',
  'GPU_MEMORY_REQUEST_BYTES',
  'CPU_USAGE_CORES',
  'CPU_REQUEST_CORES',
  'CPU_LIMIT_CORES',
  'CPU_MEMORY_USAGE_BYTES',
  'CPU_MEMORY_REQUEST_BYTES',
  'CPU_MEMORY_LIMIT_BYTES',
  'POD_COUNT',
  'RUNNING_POD_COUNT',
  'GPU_ALLOCATION',
] as const;
/** Types of the generic pod endpoint at level 2.18. */
export const POD_METRICS = [
  'GPU_UTILIZATION_PER_GPU',
  'GPU_UTILIZATION',
  'GPU_MEMORY_USAGE_BYTES_PER_GPU',
  'GPU_MEMORY_USAGE_BYTES',
  'CPU_USAGE_CORES',
  'CPU_MEMORY_USAGE_BYTES',
  'GPU_GRAPHICS_ENGINE_ACTIVITY_PER_GPU',
  'GPU_SM_ACTIVITY_PER_GPU',
  'GPU_SM_OCCUPANCY_PER_GPU',
  'GPU_TENSOR_ACTIVITY_PER_GPU',
  'GPU_FP64_ENGINE_ACTIVITY_PER_GPU',
  'GPU_FP32_ENGINE_ACTIVITY_PER_GPU',
  'GPU_FP16_ENGINE_ACTIVITY_PER_GPU',
  'GPU_MEMORY_BANDWIDTH_UTILIZATION_PER_GPU',
  'GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU',
  'GPU_NVLINK_RECEIVED_BANDWIDTH_PER_GPU',
  'GPU_PCIE_TRANSMITTED_BANDWIDTH_PER_GPU',
  'GPU_PCIE_RECEIVED_BANDWIDTH_PER_GPU',
] as const;
/** The type of the reference's sample answer, served in addition with one measurement per device. */
export const ALLOCATED_GPU = 'ALLOCATED_GPU' as const;

/** Types of clusters and node pools at level 2.24. */
export const ClusterMetricType = z.enum([
  'TOTAL_GPU_NODES',
  'GPU_UTILIZATION',
  'GPU_UTILIZATION_DISTRIBUTION',
  'GPU_MEMORY_UTILIZATION',
  'CPU_UTILIZATION',
  'CPU_MEMORY_UTILIZATION',
  'TOTAL_GPU',
  'GPU_QUOTA',
  ALLOCATED_GPU,
  'UNALLOCATED_GPU',
  'AVG_WORKLOAD_WAIT_TIME',
  'WORKLOADS_COUNT',
]);
export type ClusterMetricType = z.infer<typeof ClusterMetricType>;

/** Types of nodes at level 2.24. */
export const NodeMetricType = z.enum([
  'GPU_UTILIZATION_PER_GPU',
  'GPU_UTILIZATION',
  'GPU_MEMORY_UTILIZATION_PER_GPU',
  'GPU_MEMORY_UTILIZATION',
  'GPU_MEMORY_USAGE_BYTES_PER_GPU',
  'GPU_MEMORY_USAGE_BYTES',
  'GPU_ALLOCATION_PER_GPU',
  'GPU_MEMORY_ALLOCATION_BYTES_PER_GPU',
  'GPU_IDLE_TIME_SECONDS_PER_GPU',
  'CPU_USAGE_CORES',
  'CPU_UTILIZATION',
  'CPU_MEMORY_USAGE_BYTES',
  'CPU_MEMORY_UTILIZATION',
  'GPU_OOMKILL_BURST_COUNT_PER_GPU',
  'GPU_OOMKILL_IDLE_COUNT_PER_GPU',
  'GPU_OOMKILL_SWAP_OUT_OF_RAM_COUNT_PER_GPU',
  'GPU_GRAPHICS_ENGINE_ACTIVITY_PER_GPU',
  'GPU_SM_ACTIVITY_PER_GPU',
  'GPU_SM_OCCUPANCY_PER_GPU',
  'GPU_TENSOR_ACTIVITY_PER_GPU',
  'GPU_FP64_ENGINE_ACTIVITY_PER_GPU',
  'GPU_FP32_ENGINE_ACTIVITY_PER_GPU',
  'GPU_FP16_ENGINE_ACTIVITY_PER_GPU',
  'GPU_MEMORY_BANDWIDTH_UTILIZATION_PER_GPU',
  'GPU_NVLINK_TRANSMITTED_BANDWIDTH_PER_GPU',
  'GPU_NVLINK_RECEIVED_BANDWIDTH_PER_GPU',
  'GPU_PCIE_TRANSMITTED_BANDWIDTH_PER_GPU',
  'GPU_PCIE_RECEIVED_BANDWIDTH_PER_GPU',
  'NVLINK_BANDWIDTH_TOTAL',
  'NVLINK_BANDWIDTH_TOTAL_PER_GPU',
]);
export type NodeMetricType = z.infer<typeof NodeMetricType>;

/** Types of projects and departments at level 2.24. */
export const OrgUnitMetricType = z.enum([
  'GPU_QUOTA',
  'CPU_QUOTA_MILLICORES',
  'CPU_MEMORY_QUOTA_MB',
  'GPU_ALLOCATION',
  'CPU_ALLOCATION_MILLICORES',
  'CPU_MEMORY_ALLOCATION_MB',
  'GPU_MEMORY_UTILIZATION',
]);
export type OrgUnitMetricType = z.infer<typeof OrgUnitMetricType>;

/**
 * Latency as a distribution, served in addition: the time in ms within which half, 95 % and 99 % of the requests ended.
 * LATENCY is their mean.
 */
export const LATENCY_QUANTILES = ['LATENCY_P50', 'LATENCY_P95', 'LATENCY_P99'] as const;

/** Types of model servers at level 2.24, of workloads and of pods. */
const NIM_METRICS = [
  'NIM_NUM_REQUESTS_RUNNING',
  'NIM_NUM_REQUESTS_WAITING',
  'NIM_NUM_REQUEST_MAX',
  'NIM_REQUEST_SUCCESS_TOTAL',
  'NIM_REQUEST_FAILURE_TOTAL',
  'NIM_GPU_CACHE_USAGE_PERC',
  'NIM_TIME_TO_FIRST_TOKEN_SECONDS',
  'NIM_E2E_REQUEST_LATENCY_SECONDS',
  'NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES',
  'NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES',
] as const;

/** Tokens, served in addition: seconds until the first and between two, on average, and how many per second. */
const TOKEN_METRICS = [
  'TIME_TO_FIRST_TOKEN_SECONDS',
  'INTER_TOKEN_LATENCY_SECONDS',
  'PROMPT_TOKENS_PER_SECOND',
  'GENERATION_TOKENS_PER_SECOND',
] as const;

/** Types of workloads, served in addition: replicas wanted and ready, and how often the workload was woken. */
const SCALING_METRICS = ['DESIRED_REPLICAS', 'READY_REPLICAS', 'COLD_STARTS'] as const;

const both = [
  ...INFERENCE_METRICS,
  ...LATENCY_QUANTILES,
  ALLOCATED_GPU,
  'NVLINK_BANDWIDTH_TOTAL',
  ...NIM_METRICS,
  ...TOKEN_METRICS,
] as const;
export const WorkloadMetricType = z.enum([...both, ...WORKLOAD_METRICS, ...SCALING_METRICS]);
export type WorkloadMetricType = z.infer<typeof WorkloadMetricType>;
export const PodMetricType = z.enum([
  ...both,
  ...POD_METRICS,
  'NVLINK_BANDWIDTH_TOTAL_PER_GPU',
  'GPU_SWAP_MEMORY_BYTES_PER_GPU',
]);
export type PodMetricType = z.infer<typeof PodMetricType>;

export const Measurement = z
  .object({
    type: z.string().meta({ example: 'ALLOCATED_GPU' }),
    labels: z.record(z.string(), z.string()).nullable().optional(),
    values: z
      .array(z.object({ value: z.string().meta({ example: '85' }), timestamp: DateTime.nullable() }))
      .nullable(),
  })
  .meta({ id: 'MeasurementResponse' });

/** A distribution over time, of level 2.23: of the generic endpoints of workloads and pods. */
const HistogramSeries = z
  .object({
    type: z.string().meta({ example: 'NIM_TIME_TO_FIRST_TOKEN_SECONDS' }),
    values: z.array(
      z
        .object({
          timestamp: DateTime.nullable(),
          data: z
            .record(z.string(), z.string())
            .describe(
              'How many ended within the window before, by the upper bound of their bucket and with all below it; ' +
                'or the percentiles p50, p90 and p99.',
            )
            .meta({ example: { '0.1': '812', '+Inf': '1024' } }),
        })
        .meta({ id: 'HistogramValue' }),
    ),
  })
  .meta({ id: 'HistogramSeries' });

export const MetricsResponse = z
  .object({
    measurements: z.array(Measurement),
    histogram: z
      .array(HistogramSeries)
      .nullable()
      .optional()
      .describe('Types whose values are distributions; present where one was asked for.'),
  })
  .meta({ id: 'MetricsResponse' });
export type MetricsResponse = z.infer<typeof MetricsResponse>;
