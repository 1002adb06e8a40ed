import type { EventText } from '../objects/events';
import { maybe } from '@tessera/kernel';
import type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodStatus,
} from '@tessera/simulation-kubernetes-api/wire';
import type { Device } from '../node/devices';
import { mainContainerOf } from './main-container';

/** One container from the view of its kubelet. */
export interface ContainerRun {
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
}

/** The outcome of a run of the containers. */
export interface End {
  readonly exitCode: number;
  readonly reason: string;
}

/** A pod from the view of its kubelet; the status is derived from this. */
export interface PodRun {
  readonly phase: NonNullable<PodStatus['phase']>;
  readonly reason?: string;
  readonly message?: string;
  readonly podIP?: string;
  readonly startTime: string;
  readonly containers: Readonly<Record<string, ContainerRun>>;
  readonly devices: readonly Device[];
}

/** The scheduler's message for a pod that it has placed. */
export const scheduled = ({ namespace = '', name }: Pod['metadata'], node: string) =>
  ({
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${node}`,
    component: 'tessera-scheduler',
  }) as const;

/** The kubelet's message for a container that exited again and restarts after a backoff, ms. */
export function backOff(of: Pod, pauseMs: number): { readonly message: string; readonly event: EventText } {
  const { name, namespace = '', uid = '' } = of.metadata;
  const container = mainContainerOf(of)?.name ?? '';
  const pod = `${name}_${namespace}(${uid})`;
  return {
    message: `back-off ${pauseMs / 1000}s restarting failed container=${container} pod=${pod}`,
    event: {
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off restarting failed container ${container} in pod ${pod}`,
    },
  } as const;
}

/** The kubelet's message for a pod that it evicts because the node runs out of memory. */
export const EVICTED = { reason: 'Evicted', message: 'The node was low on resource: memory.' };
/** The kubelet's message for a pod whose devices are unavailable. */
export const NO_DEVICE = {
  reason: 'UnexpectedAdmissionError',
  message:
    'Allocate failed due to no healthy devices present; cannot allocate unhealthy devices, which is unexpected',
};

export const waiting = (reason: string, message?: string): ContainerState => ({
  waiting: { reason, ...maybe('message', message) },
});

/** The initial state of every container. */
export const created = (state: ContainerState): ContainerRun => ({
  state,
  ready: false,
  started: false,
  restartCount: 0,
});

function containerStatus(pod: Pod, container: Container, run: PodRun): ContainerStatus {
  const { state, lastState, ready, started, restartCount } =
    run.containers[container.name] ?? created(waiting('PodInitializing'));
  const image = container.image ?? '';
  const ran = state.running !== undefined || state.terminated !== undefined || lastState !== undefined;
  const isMain = container.name === mainContainerOf(pod)?.name;
  return {
    name: container.name,
    image,
    imageID: ran ? `simulated://${image}` : '',
    ready,
    started,
    restartCount,
    ...(ran
      ? { containerID: `simulated://${pod.metadata.uid ?? ''}/${container.name}/${restartCount}` }
      : {}),
    state,
    lastState: lastState ?? {},
    ...(isMain && run.devices.length > 0 ? { allocatedResourcesStatus: healthOf(run.devices) } : {}),
  };
}

function healthOf(devices: readonly Device[]): readonly Record<string, unknown>[] {
  const names = [...new Set(devices.map(({ resource }) => resource))];
  return names.map((name) => ({
    name,
    resources: devices
      .filter(({ resource }) => resource === name)
      .map(({ uuid }) => ({ resourceID: uuid, health: 'Healthy' })),
  }));
}

/** A condition keeps its transition time while its status is unchanged. */
function condition(
  previous: readonly Condition[],
  now: string,
  type: string,
  holds: boolean,
  why: { readonly reason: string; readonly message: string } | undefined,
): Condition {
  const status = holds ? 'True' : 'False';
  const before = previous.find((item) => item.type === type);
  return {
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: before?.status === status ? (before.lastTransitionTime ?? now) : now,
    ...(holds || why === undefined ? {} : why),
  };
}

const unready = (names: readonly string[]): { reason: string; message: string } => ({
  reason: 'ContainersNotReady',
  message: `containers with unready status: [${names.join(' ')}]`,
});

/** The status that the kubelet reports; conditions of other components are left unchanged. */
export function statusOf(
  pod: Pod,
  run: PodRun,
  hostIP: string,
  previous: readonly Condition[],
  now: string,
): PodStatus {
  const containers = pod.spec.containers.map((container) => containerStatus(pod, container, run));
  const initial = (pod.spec.initContainers ?? []).map((container) => containerStatus(pod, container, run));
  const lacking = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const incomplete = initial.filter(({ state }) => state.terminated?.exitCode !== 0).map(({ name }) => name);
  const ready = lacking.length === 0;
  const why =
    run.phase === 'Succeeded'
      ? { reason: 'PodCompleted', message: '' }
      : run.phase === 'Failed'
        ? { reason: 'PodFailed', message: '' }
        : unready(lacking);
  const notInitialized = {
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incomplete.join(' ')}]`,
  };
  return {
    phase: run.phase,
    ...maybe('reason', run.reason),
    ...maybe('message', run.message),
    conditions: [
      condition(previous, now, 'PodReadyToStartContainers', run.podIP !== undefined, undefined),
      condition(previous, now, 'Initialized', incomplete.length === 0, notInitialized),
      condition(previous, now, 'Ready', ready, why),
      condition(previous, now, 'ContainersReady', ready, why),
      condition(previous, now, 'PodScheduled', true, undefined),
    ],
    containerStatuses: containers,
    ...(initial.length === 0 ? {} : { initContainerStatuses: initial }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(run.podIP === undefined ? {} : { podIP: run.podIP, podIPs: [{ ip: run.podIP }] }),
    startTime: run.startTime,
  };
}
