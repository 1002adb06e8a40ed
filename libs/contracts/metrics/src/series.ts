/**
 * Names of the series that cross a boundary: the gateway and the scheduler expose the first two groups, the others are
 * those of kube-state-metrics, cAdvisor and NVIDIA's dcgm-exporter. Exporters, measurements, dashboards and alerts take
 * them from here.
 */
export const SERIES = {
  /** Counter. */
  gatewayRequests: 'tessera_gateway_requests_total',
  /** Histogram, seconds. */
  gatewaySeconds: 'tessera_gateway_request_duration_seconds',
  /** Gauge. */
  gatewayInFlight: 'tessera_gateway_in_flight',
  /** Gauge. Requests that wait for a replica. */
  gatewayHeld: 'tessera_gateway_held',
  /** Histogram, seconds. */
  gatewayHoldSeconds: 'tessera_gateway_hold_duration_seconds',
  /** Histogram, seconds: from the arrival of a request to the first byte, where no replica was ready. */
  gatewayColdStartSeconds: 'tessera_gateway_cold_start_seconds',
  /** Counter. Requests that no replica served. */
  gatewayRefusals: 'tessera_gateway_refusals_total',
  /** Counter. Times that a workload was woken. */
  gatewayWakes: 'tessera_gateway_wakes_total',

  /** Gauge in GPUs; 0.5 is half a device. */
  allocatedGpus: 'tessera_pod_allocated_gpus',
  /** Gauge in bytes. */
  allocatedGpuMemory: 'tessera_pod_allocated_gpu_memory_bytes',
  /** Gauge. Desired replicas that fit on no node. */
  pendingReplicas: 'tessera_scheduler_pending_replicas',

  podLabels: 'kube_pod_labels',
  podPhase: 'kube_pod_status_phase',
  resourceRequests: 'kube_pod_container_resource_requests',
  resourceLimits: 'kube_pod_container_resource_limits',

  cpuSeconds: 'container_cpu_usage_seconds_total',
  workingSet: 'container_memory_working_set_bytes',

  gpuUtilisation: 'DCGM_FI_DEV_GPU_UTIL',
  gpuMemoryUsed: 'DCGM_FI_DEV_FB_USED',
  gpuEngineActive: 'DCGM_FI_PROF_GR_ENGINE_ACTIVE',
  gpuSmActive: 'DCGM_FI_PROF_SM_ACTIVE',
  gpuSmOccupancy: 'DCGM_FI_PROF_SM_OCCUPANCY',
  gpuTensorActive: 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE',
  gpuFp64Active: 'DCGM_FI_PROF_PIPE_FP64_ACTIVE',
  gpuFp32Active: 'DCGM_FI_PROF_PIPE_FP32_ACTIVE',
  gpuFp16Active: 'DCGM_FI_PROF_PIPE_FP16_ACTIVE',
  gpuDramActive: 'DCGM_FI_PROF_DRAM_ACTIVE',
  gpuNvlinkSent: 'DCGM_FI_PROF_NVLINK_TX_BYTES',
  gpuNvlinkReceived: 'DCGM_FI_PROF_NVLINK_RX_BYTES',
  gpuPcieSent: 'DCGM_FI_PROF_PCIE_TX_BYTES',
  gpuPcieReceived: 'DCGM_FI_PROF_PCIE_RX_BYTES',
} as const;

/**
 * The label of `kube_pod_labels` that carries the pod label `tessera.io/workload-id` (kube-state-metrics' spelling).
 */
export const OWNER_LABEL = 'label_tessera_io_workload_id';

const REPLICA = ['project', 'workload', 'workload_id', 'pod'] as const;
const WORKLOAD = ['project', 'workload', 'workload_id'] as const;
/** Of histograms: one for each workload would make up most of a scrape, which blocks the traffic meanwhile. */
const PROJECT = ['project'] as const;
const DEVICE = ['project', 'workload_id', 'namespace', 'pod', 'node', 'gpu'] as const;

type Labels = Partial<Record<keyof typeof SERIES, readonly string[]>>;

/** Labels of the series that the gateway exposes. */
export const GATEWAY_LABELS = {
  gatewayRequests: [...REPLICA, 'code'],
  gatewaySeconds: REPLICA,
  gatewayInFlight: REPLICA,
  gatewayHeld: WORKLOAD,
  gatewayHoldSeconds: PROJECT,
  gatewayColdStartSeconds: PROJECT,
  gatewayRefusals: [...WORKLOAD, 'reason'],
  gatewayWakes: WORKLOAD,
} as const satisfies Labels;

/** Labels of the series that the scheduler exposes. `gpu` is the index of the device on its node. */
export const SCHEDULER_LABELS = {
  allocatedGpus: DEVICE,
  allocatedGpuMemory: DEVICE,
  pendingReplicas: ['project', 'workload_id'],
} as const satisfies Labels;
