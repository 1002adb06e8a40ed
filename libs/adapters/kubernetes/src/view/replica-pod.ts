import {
  GpuAllocation,
  ANNOTATIONS,
  LABELS,
  MAIN_CONTAINER,
  SHARED_GPU,
} from '@tessera/contracts-kubernetes';
import { type Problem, type ReplicaPod } from '@tessera/application-reconciliation';
import { interned, maybe } from '@tessera/kernel';
import { podUsage } from '../api/usage';
import type { PodWire } from '../api/wire';
import { claimsIn } from './claim-users';

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

/** Converts a pod to a replica; undefined if it is not one of ours. */
export function toReplicaPod(pod: PodWire): ReplicaPod | undefined {
  const labels = pod.metadata.labels ?? {};
  const workloadId = labels[LABELS.workloadId];
  if (workloadId === undefined) return undefined;
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const started = pod.status?.containerStatuses?.find(isMain)?.state?.running?.startedAt;
  return {
    uid: pod.metadata.uid,
    name: pod.metadata.name,
    namespace: interned(pod.metadata.namespace ?? 'default'),
    workloadId,
    projectId: interned(labels[LABELS.projectId] ?? ''),
    departmentId: interned(labels[LABELS.departmentId] ?? ''),
    ordinal: Number(labels[LABELS.replica] ?? 0),
    generation: Number(labels[LABELS.generation] ?? 0),
    phase: heldBy(pod) === undefined ? phaseOf(pod) : endOf(pod),
    ready: ready?.status === 'True',
    terminating: pod.metadata.deletionTimestamp !== undefined,
    image: interned(pod.spec.containers.find(isMain)?.image ?? ''),
    createdAt: instant(pod.metadata.creationTimestamp),
    changedAt: instant(ready?.lastTransitionTime ?? pod.metadata.creationTimestamp),
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: interned(pod.spec.nodeName) }),
    ...(pod.status?.podIP === undefined ? {} : { podIp: pod.status.podIP }),
    ...(started === undefined ? {} : { startedAt: instant(started) }),
    ...draining(pod),
    ...rejection(pod),
    ...(waitsForDevices(pod) ? {} : trouble(pod)),
    ...allocation(pod),
    ...devices(pod),
    ...claims(pod),
    ...maybe('finalizers', heldBy(pod)),
    ...podUsage(pod),
  };
}

/** Others may put containers before ours, so its position means nothing. */
const isMain = ({ name }: { readonly name: string }): boolean => name === MAIN_CONTAINER;

export const phaseOf = ({ status }: PodWire): ReplicaPod['phase'] =>
  PHASES.find((phase) => phase === status?.phase) ?? (status?.phase === undefined ? 'Pending' : 'Unknown');

/** An unreadable time counts as long ago: the replica leaves. */
function draining({ metadata }: PodWire): Pick<ReplicaPod, 'drainingSince'> {
  const since = metadata.annotations?.[ANNOTATIONS.draining];
  if (since === undefined) return {};
  return { drainingSince: Number.isNaN(Date.parse(since)) ? new Date(0).toISOString() : since };
}

/**
 * The finalizers that alone keep a deleted pod. Kubelet confirms its end by a deletion without grace, after which the
 * API server keeps the object only for its finalizers.
 */
const heldBy = ({ metadata, status }: PodWire): readonly string[] | undefined => {
  const { deletionTimestamp, deletionGracePeriodSeconds: grace, finalizers = [] } = metadata;
  const ended = grace === 0 || status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return deletionTimestamp === undefined || finalizers.length === 0 || !ended ? undefined : finalizers;
};

/** Most replicas mount none. */
function claims(pod: PodWire): Pick<ReplicaPod, 'claims'> {
  const mounted = claimsIn(pod);
  return mounted.length === 0 ? {} : { claims: mounted };
}

/**
 * Kubelet rejects a pod by the phase Failed with a reason, and starts none of its containers (HandlePodAdditions in
 * pkg/kubelet/kubelet.go). Includes how often the replica was rejected before.
 */
function rejection({ metadata, status }: PodWire): Pick<ReplicaPod, 'rejected' | 'rejections'> {
  const before = Number(metadata.annotations?.[ANNOTATIONS.rejections]);
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const ran = containers.some(
    ({ state, lastState }) => (state?.running ?? state?.terminated ?? lastState?.terminated) !== undefined,
  );
  return {
    ...(status?.phase === 'Failed' && status.reason !== undefined && !ran ? { rejected: true } : {}),
    ...(Number.isInteger(before) && before > 0 ? { rejections: before } : {}),
  };
}

/** The status may lag behind the end. */
const endOf = (pod: PodWire): 'Succeeded' | 'Failed' => (phaseOf(pod) === 'Failed' ? 'Failed' : 'Succeeded');

/** The devices injected into the pod, or else the ConfigMap that it waits for. */
function devices({ metadata, spec }: PodWire): Pick<ReplicaPod, 'devices' | 'deviceMap'> {
  const reported = metadata.annotations?.[SHARED_GPU.devices];
  const reference = spec.containers.find(isMain)?.env?.find(({ name }) => name === SHARED_GPU.visibleDevices)
    ?.valueFrom?.configMapKeyRef?.name;
  return {
    ...(reported === undefined ? {} : { devices: reported.split(',') }),
    ...maybe('deviceMap', reference),
  };
}

/**
 * True if a missing ConfigMap only means that the devices are not known yet, or are known and kubelet has not retried,
 * which takes ten seconds.
 */
const waitsForDevices = (pod: PodWire): boolean => {
  const { devices: known, deviceMap } = devices(pod);
  if (deviceMap === undefined) return false;
  const { reason, message = '' } = trouble(pod);
  return reason === 'CreateContainerConfigError' && (known === undefined || message.includes(deviceMap));
};

/** Kubernetes reports whole seconds, so many values are equal. */
const instant = (text: string): string =>
  interned(WHOLE_SECONDS.test(text) ? text.replace('Z', '.000Z') : new Date(text).toISOString());
const WHOLE_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Reasons that only mean that work is in progress. */
const ORDINARY = new Set(['ContainerCreating', 'PodInitializing']);

/** The first reason that keeps the pod from running: its own, else a container's. */
export function trouble(pod: PodWire): Pick<ReplicaPod, 'reason' | 'message'> {
  const status = pod.status;
  if (status?.reason !== undefined) return { reason: status.reason, ...maybe('message', status.message) };
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const { state, lastState, ready } of containers) {
    const cause = state?.waiting ?? (state?.terminated?.exitCode === 0 ? undefined : state?.terminated);
    const before = ended(lastState?.terminated);
    if (cause?.reason !== undefined && !ORDINARY.has(cause.reason)) {
      const own = cause === state?.terminated ? ended(state?.terminated) : cause.message;
      const parts = [own, before].filter((part) => part !== undefined);
      return { reason: cause.reason, ...(parts.length === 0 ? {} : { message: parts.join('; ') }) };
    }
    if (ready === false && state?.running !== undefined && before !== undefined)
      return {
        reason: lastState?.terminated?.reason ?? 'Error',
        message: `${before}; it was restarted`,
      };
  }
  return {};
}

/** How a container failed. */
function ended(
  end: { readonly reason?: string; readonly message?: string; readonly exitCode?: number } | undefined,
): string | undefined {
  if (end === undefined || end.exitCode === 0) return undefined;
  const why = end.reason === undefined || end.reason === 'Error' ? '' : `${end.reason}, `;
  const suffix = end.message === undefined ? '' : `: ${end.message}`;
  return `the container ended with ${why}exit code ${end.exitCode ?? 'unknown'}${suffix}`;
}

/** Kubelet warnings that apply to a pod, and until when: until it starts, or until it is ready. */
const EXPLAINED: Readonly<Record<string, 'start' | 'ready'>> = {
  FailedMount: 'start',
  FailedAttachVolume: 'start',
  FailedMapVolume: 'start',
  FailedCreatePodSandBox: 'start',
  FailedToRetrieveImagePullSecret: 'start',
  Unhealthy: 'ready',
};
/** With these reasons, a warning about a pull secret names the cause. */
const NO_IMAGE = new Set(['ErrImagePull', 'ImagePullBackOff']);
const NO_PULL_SECRET = 'FailedToRetrieveImagePullSecret';

/** True if a warning with this reason adds something to the pod's status. */
export const countsForPods = (reason: string): boolean => reason in EXPLAINED;

/** The pod with its latest warning, if that adds something to its status. */
export function explain(
  pod: ReplicaPod,
  problem: Pick<Problem, 'reason' | 'message'> | undefined,
): ReplicaPod {
  const until = EXPLAINED[problem?.reason ?? ''];
  if (problem === undefined || until === undefined || pod.ready || pod.terminating) return pod;
  if (until === 'start' && pod.startedAt !== undefined) return pod;
  if (pod.reason === undefined) return { ...pod, reason: problem.reason, message: problem.message };
  return NO_IMAGE.has(pod.reason) && problem.reason === NO_PULL_SECRET
    ? { ...pod, message: `${pod.message ?? pod.reason}; ${problem.message}`, unresolved: problem }
    : pod;
}

/** The allocation of the pod; an unreadable annotation counts as none and must not affect other pods. */
function allocation(pod: PodWire): Pick<ReplicaPod, 'allocation'> {
  const text = pod.metadata.annotations?.[ANNOTATIONS.allocation];
  if (text === undefined) return {};
  try {
    const found = GpuAllocation.parse(JSON.parse(text));
    const { node, gpuModel } = found;
    return {
      allocation: {
        ...found,
        node: interned(node),
        ...(gpuModel === undefined ? {} : { gpuModel: interned(gpuModel) }),
      },
    };
  } catch {
    return {};
  }
}
