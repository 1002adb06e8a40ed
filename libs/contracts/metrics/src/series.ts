/**
 * Names of the series that cross a boundary: the gateway, the scheduler and the API expose the first groups, the others
 * are those of kube-state-metrics, cAdvisor and NVIDIA's dcgm-exporter. Exporters, measurements, dashboards and alerts take
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
  /** Counter by `choice`: places given at replicas, of workloads whose requests have reasons to prefer one. */
  gatewayChoices: 'tessera_gateway_choices_total',
  /** Counter. Times that a workload was woken. */
  gatewayWakes: 'tessera_gateway_wakes_total',

  /** Counter by `kind`: input, of these cached, output. `estimated` is `true` where the model server did not report them. */
  gatewayTokens: 'tessera_gateway_tokens_total',
  /** Histogram by `answer`, seconds: until the first token of a `stream`, or the first byte of a `whole` answer. */
  gatewayFirstTokenSeconds: 'tessera_gateway_time_to_first_token_seconds',
  /** Histogram, seconds: between two tokens of a stream. */
  gatewayTokenSeconds: 'tessera_gateway_inter_token_seconds',
  /** Histogram by `answer`, seconds: of a request, for each of its output tokens. */
  gatewayTimePerTokenSeconds: 'tessera_gateway_time_per_output_token_seconds',
  /** Counter by whose limit it is (`scope`) and of what (`limit`). Requests that a limit turned away. */
  gatewayLimited: 'tessera_gateway_limited_total',

  /** Gauge in GPUs; 0.5 is half a device. */
  allocatedGpus: 'tessera_pod_allocated_gpus',
  /** Gauge in bytes. */
  allocatedGpuMemory: 'tessera_pod_allocated_gpu_memory_bytes',
  /** Gauge. Desired replicas that fit on no node. */
  pendingReplicas: 'tessera_scheduler_pending_replicas',
  /** Gauge, seconds: for how long a workload has had replicas that fit on no node. */
  pendingSeconds: 'tessera_scheduler_pending_seconds',
  /** Gauge: 1 where a node may be given pods, else 0; for boards and alerts. {@link SERIES.nodeInfo} has all nodes, with the labels by which exporters name them, for joins. */
  nodeReady: 'tessera_node_ready',
  /** Gauge. Devices of a node. */
  nodeGpus: 'tessera_node_gpus',
  /** Gauge. Desired replicas of a workload. */
  desiredReplicas: 'tessera_workload_desired_replicas',
  /** Gauge. Replicas of a workload that exist. */
  replicas: 'tessera_workload_replicas',
  /** Gauge. Replicas of a workload that take requests. */
  readyReplicas: 'tessera_workload_ready_replicas',
  /** Gauge. Maximum replicas of a workload now. */
  maxReplicas: 'tessera_workload_max_replicas',
  /** Gauge: 1 while a workload scales in panic mode, else 0. */
  scalePanic: 'tessera_workload_scale_panic',
  /** Gauge. Value per replica of the metric by which its workload scales. */
  scaleObserved: 'tessera_workload_scale_observed',
  /** Gauge. Target per replica of that metric. */
  scaleTarget: 'tessera_workload_scale_target',
  /** 1 for each node of the cluster; `hostname` and `Hostname` are its name once more, as GPU exporters label it. */
  nodeInfo: 'tessera_node_info',
  /** Gauge in GPUs, for each device: the share that can still be allocated; 0 where a foreign pod holds it. */
  gpuFree: 'tessera_gpu_free',

  /** Gauge in GPUs: deserved quota of a project or department in a node pool. */
  quotaGpus: 'tessera_quota_gpus',
  /** Gauge in cores. */
  quotaCpuCores: 'tessera_quota_cpu_cores',
  /** Gauge in bytes. */
  quotaMemory: 'tessera_quota_memory_bytes',
  /** Gauge. Workloads that are not deleted. */
  workloads: 'tessera_workloads',
  /** The same by node pool: those in which a workload has pods, else those that it requests. */
  poolWorkloads: 'tessera_node_pool_workloads',
  /**
   * Gauge in seconds: mean pending time of the workloads that are pending; `node_pool` is empty for the whole cluster.
   */
  waitSeconds: 'tessera_workload_wait_seconds',

  podLabels: 'kube_pod_labels',
  podInfo: 'kube_pod_info',
  nodeAllocatable: 'kube_node_status_allocatable',
  podPhase: 'kube_pod_status_phase',
  resourceRequests: 'kube_pod_container_resource_requests',
  resourceLimits: 'kube_pod_container_resource_limits',

  cpuSeconds: 'container_cpu_usage_seconds_total',
  workingSet: 'container_memory_working_set_bytes',

  gpuXid: 'DCGM_FI_DEV_XID_ERRORS',
  gpuTemperature: 'DCGM_FI_DEV_GPU_TEMP',
  gpuPower: 'DCGM_FI_DEV_POWER_USAGE',
  gpuSmClock: 'DCGM_FI_DEV_SM_CLOCK',
  gpuUtilisation: 'DCGM_FI_DEV_GPU_UTIL',
  gpuMemoryUsed: 'DCGM_FI_DEV_FB_USED',
  gpuMemoryFree: 'DCGM_FI_DEV_FB_FREE',
  gpuMemoryReserved: 'DCGM_FI_DEV_FB_RESERVED',
  gpuNvlinkTotal: 'DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL',
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

  /** Per process, of metricsd of kai-gpu-fractioning: percent of the device, and bytes. */
  processGpuUtilisation: 'gpu_fractioning_gpu_sm_utilization_percent',
  processGpuMemory: 'gpu_fractioning_gpu_memory_used_bytes',
  /** Per container, of the monitor of HAMi: percent of the device, whatever the name says, and bytes. */
  containerGpuUtilisation: 'hami_container_device_utilization_ratio',
  containerGpuMemory: 'hami_vgpu_memory_used_bytes',
} as const;

/**
 * The label of `kube_pod_labels` that carries the pod label `tessera.io/workload-id` (kube-state-metrics' spelling).
 */
export const OWNER_LABEL = 'label_tessera_io_workload_id';

/** Pool of the nodes without a pool label. */
export const DEFAULT_NODE_POOL = 'default';

const REPLICA = ['project', 'workload', 'workload_id', 'pod'] as const;
const WORKLOAD = ['project', 'workload', 'workload_id'] as const;
/** Of histograms: one for each workload would make up most of a scrape, which blocks the traffic meanwhile. */
const PROJECT = ['project'] as const;
/** `pool` is empty for a node that is in none. */
const NODE = ['node', 'pool'] as const;
/** `uuid` is the physical device of pods that share one, once it is known; else it is empty. */
const DEVICE = ['project', 'workload_id', 'namespace', 'pod', 'node', 'gpu', 'uuid'] as const;

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
  /** `choice` is session, session_moved, prefix, prefix_moved or none. */
  gatewayChoices: [...WORKLOAD, 'choice'],
  gatewayTokens: [...REPLICA, 'kind', 'estimated'],
  gatewayFirstTokenSeconds: [...REPLICA, 'answer'],
  gatewayTokenSeconds: REPLICA,
  gatewayTimePerTokenSeconds: [...REPLICA, 'answer'],
  gatewayLimited: [...PROJECT, 'scope', 'limit'],
} as const satisfies Labels;

/** Labels of the series that the scheduler exposes. `gpu` is the index of the device on its node. */
export const SCHEDULER_LABELS = {
  allocatedGpus: DEVICE,
  allocatedGpuMemory: DEVICE,
  pendingReplicas: ['project', 'workload_id'],
  /** `reason` is the code of the filter at which those nodes failed that passed most of them. */
  pendingSeconds: ['project', 'workload', 'workload_id', 'reason'],
  nodeReady: NODE,
  nodeGpus: [...NODE, 'model'],
  desiredReplicas: WORKLOAD,
  replicas: WORKLOAD,
  readyReplicas: WORKLOAD,
  maxReplicas: WORKLOAD,
  scalePanic: WORKLOAD,
  /** `metric` is throughput (requests/s), concurrency (requests), latency (ms), or the name of a metric. */
  scaleObserved: [...WORKLOAD, 'metric'],
  scaleTarget: [...WORKLOAD, 'metric'],
  nodeInfo: ['cluster', 'node', 'hostname', 'Hostname', 'node_pool'],
  gpuFree: ['cluster', 'node', 'node_pool', 'gpu'],
} as const satisfies Labels;

const QUOTA = ['cluster', 'org_unit', 'org_unit_id', 'node_pool'] as const;

/**
 * Labels of the series that the API exposes; every instance of it exposes the same values. `org_unit` is `project` or
 * `department`.
 */
export const API_LABELS = {
  quotaGpus: QUOTA,
  quotaCpuCores: QUOTA,
  quotaMemory: QUOTA,
  workloads: ['cluster', 'department_id', 'project_id', 'phase', 'category'],
  poolWorkloads: ['cluster', 'node_pool', 'phase', 'category'],
  waitSeconds: ['cluster', 'node_pool'],
} as const satisfies Labels;
