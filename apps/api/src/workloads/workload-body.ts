import { MAIN_CONTAINER } from '@tessera/contracts-kubernetes';
import type { HistoryRecord, Pod, ScalingEntry, Workload, WorkloadEvent } from '@tessera/contracts-rest';
import {
  SERVING,
  withAddresses,
  type Connection,
  type EventEntry,
  type HistoryEntry,
  type ListedWorkload,
  type PodRecord,
  type TimelineEntry,
} from '@tessera/application-control-plane';
import { PRIORITY_CLASSES } from '@tessera/domain-workload';

/** The name of the workload kind in lists. */
const TYPE = 'Inference';
/** Category of an inference whose spec names none; later clients require one. */
const CATEGORY = 'Deploy';

type Connections = NonNullable<Workload['externalConnections']>;
type Requested = NonNullable<Workload['podsRequestedResources']>;

/** Entry of the workload list. */
export function toWorkloadEntry(workload: ListedWorkload): Workload {
  const { project, summary, observed } = workload;
  const exposed = observed.exposedUrls ?? [];
  return {
    type: TYPE,
    name: workload.name,
    id: workload.id,
    source: 'Control-plane',
    priorityClassName: summary.priorityClassName,
    priority: PRIORITY_CLASSES[summary.priorityClassName] ?? null,
    preemptible: summary.preemptible,
    submittedBy: workload.createdBy,
    clusterId: project.clusterId,
    projectName: project.name,
    projectId: project.id,
    departmentName: project.departmentName,
    departmentId: project.departmentId,
    namespace: project.namespace,
    createdAt: workload.createdAt,
    completedAt: workload.completedAt ?? null,
    deletedAt: workload.deletedAt ?? null,
    updatedAt: workload.updatedAt,
    phase: workload.phase,
    phaseMessage: workload.phaseMessage,
    phaseUpdatedAt: workload.phaseUpdatedAt,
    k8sPhase: workload.phase,
    k8sPhaseUpdatedAt: workload.phaseUpdatedAt,
    conditions: observed.conditions.map(({ type, status, reason, message, lastTransitionTime }) => ({
      type,
      status,
      reason,
      message,
      lastTransitionTime,
    })),
    tenantId: project.tenantId,
    runningPods: observed.readyReplicas,
    requestedPods: {
      number: observed.sequence === 0 ? summary.requestedPods.number : observed.desiredReplicas,
      min: summary.requestedPods.min,
      max: summary.requestedPods.max,
    },
    requestedNodePools: [...summary.requestedNodePools],
    currentNodePools: [...observed.nodePools],
    images: [...summary.images],
    urls: [...observed.urls, ...exposed.map(({ url }) => url)],
    externalConnections: [
      ...observed.urls.map((url) => ({
        name: SERVING,
        toolType: SERVING,
        connectionType: 'ExternalUrl',
        url,
      })),
      ...(withAddresses((summary.connections ?? []) as readonly Connection[], exposed) as Connections),
    ],
    actionsSupport: { delete: workload.desiredPhase !== 'Deleted', suspend: false },
    workloadRequestedResources: summary.workloadRequest as Requested,
    podsRequestedResources: summary.podRequest as Requested,
    allocatedResources: {
      gpu: observed.allocatedMilliGpu / 1000,
      gpuMemory: `${observed.allocatedGpuMiB}Mi`,
      cpu: null,
      cpuMemory: null,
      migProfile: null,
      extendedResources: null,
    },
    category: summary.category ?? CATEGORY,
  };
}

/** A pod of a workload; `full` adds the names of project and workload. */
export function toPod(
  { state, updatedAt, deletedAt }: PodRecord,
  workload: ListedWorkload,
  full = true,
): Pod {
  const { project, summary } = workload;
  const shares = state.allocation?.devices ?? [];
  const mig = shares.find((share) => share.mig !== undefined)?.mig?.profile;
  const { migProfile: _list, ...request } = summary.podRequest as Record<string, unknown>;
  return {
    name: state.name,
    id: state.id,
    workloadId: workload.id,
    clusterId: project.clusterId,
    projectId: project.id,
    priorityClassName: summary.priorityClassName,
    createdAt: state.createdAt,
    completedAt: state.completedAt ?? null,
    deletedAt: deletedAt ?? null,
    updatedAt,
    containers: [{ name: MAIN_CONTAINER, image: state.image, startedAt: state.startedAt ?? null }],
    k8sPhase: state.phase,
    k8sPhaseUpdatedAt: state.phaseUpdatedAt,
    nodeName: state.nodeName ?? null,
    currentNodePool: state.allocation?.nodePool ?? null,
    requestedNodePools: [...summary.requestedNodePools],
    requestedResources: request as NonNullable<Pod['requestedResources']>,
    allocatedResources: {
      gpu: shares.reduce((sum, share) => sum + share.milliGpu, 0) / 1000,
      gpuMemory: gpuMemory(shares),
      migProfile: (mig ?? null) as NonNullable<Pod['allocatedResources']>['migProfile'],
    },
    tenantId: project.tenantId,
    ip: state.podIp ?? null,
    ...sharing(state.allocation),
    ...(full ? { projectName: project.name, workloadName: workload.name } : {}),
  };
}

/** An event of a workload's history. */
export const toEvent = (event: EventEntry, { project }: ListedWorkload): WorkloadEvent => ({
  createdAt: event.createdAt,
  id: event.id,
  type: event.type,
  clusterId: project.clusterId,
  message: event.message,
  reason: event.reason,
  source: event.source,
  involvedObject: { ...event.involved, namespace: project.namespace },
});

export const toHistoryRecord = (entry: HistoryEntry, workload: ListedWorkload): HistoryRecord => ({
  meta: { creationTimestamp: entry.createdAt, type: entry.kind === 'event' ? 'Event' : 'PhaseUpdate' },
  spec:
    entry.kind === 'event'
      ? { event: toEvent(entry, workload) }
      : { phaseUpdate: { phase: entry.phase, phaseMessage: entry.message } },
});

export function toScalingEntry(entry: TimelineEntry): ScalingEntry {
  const { id, createdAt: time } = entry;
  return entry.kind === 'decision'
    ? { id, time, type: 'ScaleDecided', ...entry.body }
    : { id, time, type: 'ColdStart', ...entry.body };
}

/** The GPU settings that a pod with shared GPUs receives. */
/** Null where no label states the memory of a device. */
const gpuMemory = (shares: readonly { readonly memoryMiB: number }[]): string | null =>
  shares.some(({ memoryMiB }) => memoryMiB === 0)
    ? null
    : `${shares.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0)}Mi`;

function sharing(allocation: PodRecord['state']['allocation']): Pick<Pod, 'tessera'> {
  if (allocation?.enforcement === undefined) return {};
  const gpuUuids = allocation.devices.flatMap(({ uuid }) => uuid ?? []);
  return { tessera: { gpuMemoryEnforcement: allocation.enforcement, gpuUuids } };
}
