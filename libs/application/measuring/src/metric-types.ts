import {
  avg,
  divide,
  equal,
  namesIn,
  notEqual,
  oneOf,
  rate,
  select,
  sum,
  times,
  type Expression,
  type Matcher,
  type Selection,
} from '@tessera/domain-measurement';
import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import type { PodMetricType, WorkloadMetricType } from '@tessera/contracts-rest';

/** Scope of a measurement: all pods of a workload, or one of them. */
export interface Scope {
  readonly workloadId: string;
  /** Namespace of the workload's project: a pod in another namespace with this id does not belong to the workload. */
  readonly namespace: string;
  readonly pod?: string;
}

type Plan = (scope: Scope, windowMs: number) => Expression;

const MIB = 1_048_576;

/** Series that carry the workload's id themselves. */
const own = (name: string, { workloadId, pod }: Scope): Selection =>
  select(name, equal('workload_id', workloadId), ...(pod === undefined ? [] : [equal('pod', pod)]));

/**
 * Series of exporters that know pods only, limited to pods of the project's namespace labelled with the workload's id.
 */
const ofPods = (of: Expression, { workloadId, namespace }: Scope): Expression => ({
  op: 'and',
  of,
  on: ['namespace', 'pod'],
  where: select(SERIES.podLabels, equal(OWNER_LABEL, workloadId), equal('namespace', namespace)),
});

const podSelection = (name: string, { pod }: Scope, ...matchers: Matcher[]): Selection =>
  select(name, ...(pod === undefined ? [] : [equal('pod', pod)]), ...matchers);

/** cAdvisor has further series for the pod's cgroup and its pause container, which would count everything twice. */
const CONTAINERS = [notEqual('container', ''), notEqual('container', 'POD')];

const throughput: Plan = (scope, windowMs) => sum(rate(own(SERIES.gatewayRequests, scope), windowMs));

/** Mean over all requests that ended in the window, in ms. */
const latency: Plan = (scope, windowMs) => {
  const summed = (part: string): Expression =>
    sum(rate(own(`${SERIES.gatewaySeconds}_${part}`, scope), windowMs));
  return times(divide(summed('sum'), summed('count')), 1000);
};

const gauge =
  (name: string, ...matchers: Matcher[]): Plan =>
  (scope) =>
    sum(ofPods(podSelection(name, scope, ...matchers), scope));

/** Percent. A device in MIG mode has no utilisation; its instances have an activity between 0 and 1 instead. */
const utilisation =
  (...by: string[]): Plan =>
  (scope) => {
    const whole = ofPods(podSelection(SERIES.gpuUtilisation, scope), scope);
    const instances = ofPods(podSelection(SERIES.gpuEngineActive, scope, notEqual('GPU_I_ID', '')), scope);
    return avg({ op: 'or', of: whole, other: times(instances, 100) }, ...by);
  };

const gpuMemory =
  (...by: string[]): Plan =>
  (scope) =>
    times(sum(ofPods(podSelection(SERIES.gpuMemoryUsed, scope), scope), ...by), MIB);

/** As DCGM gives it: activities between 0 and 1, bandwidths in bytes per second. */
const perGpu =
  (name: string, fold: typeof avg): Plan =>
  (scope) =>
    fold(ofPods(podSelection(name, scope), scope), 'gpu');

const cpuUsage: Plan = (scope, windowMs) =>
  sum(ofPods(rate(podSelection(SERIES.cpuSeconds, scope, ...CONTAINERS), windowMs), scope));

/** Devices of different nodes may have the same index, so a workload's devices are grouped by node as well. */
const allocatedPerGpu: Plan = (scope) =>
  scope.pod === undefined
    ? sum(own(SERIES.allocatedGpus, scope), 'gpu', 'node')
    : sum(own(SERIES.allocatedGpus, scope), 'gpu');

const BOTH = {
  THROUGHPUT: throughput,
  LATENCY: latency,
  ALLOCATED_GPU: allocatedPerGpu,
  GPU_UTILIZATION: utilisation(),
  GPU_MEMORY_USAGE_BYTES: gpuMemory(),
  CPU_USAGE_CORES: cpuUsage,
  CPU_MEMORY_USAGE_BYTES: gauge(SERIES.workingSet, ...CONTAINERS),
} satisfies Record<string, Plan>;

/** How each metric type of a workload is computed; the REST contract lists the types. */
const WORKLOAD_PLANS: Readonly<Record<WorkloadMetricType, Plan>> = {
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
const POD_PLANS: Readonly<Record<PodMetricType, Plan>> = {
  ...BOTH,
  GPU_UTILIZATION_PER_GPU: utilisation('gpu'),
  GPU_MEMORY_USAGE_BYTES_PER_GPU: gpuMemory('gpu'),
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

/**
 * How a metric type is computed for a scope; rates look back over `windowMs`. Undefined for a type that the scope does
 * not have.
 */
export function planFor(type: string, scope: Scope, windowMs: number): Expression | undefined {
  const plans: Readonly<Record<string, Plan>> = scope.pod === undefined ? WORKLOAD_PLANS : POD_PLANS;
  return Object.hasOwn(plans, type) ? plans[type]?.(scope, windowMs) : undefined;
}

/** Names of all series that any metric type reads; a store must hold these. */
export function seriesInUse(): ReadonlySet<string> {
  const plans: readonly Plan[] = [...Object.values(WORKLOAD_PLANS), ...Object.values(POD_PLANS)];
  return new Set(plans.flatMap((plan) => namesIn(plan({ workloadId: '', namespace: '' }, 1))));
}
