import { toReplicaPod, type PodWire } from '@tessera/adapter-kubernetes';
import { ANNOTATIONS, LABELS } from '@tessera/contracts-kubernetes';
import type { Replica } from '../routing/replica';

/** The replica that a pod is; undefined where the pod belongs to no workload. */
export function replicaOfPod(pod: PodWire): Replica | undefined {
  const state = toReplicaPod(pod);
  const { labels = {} } = pod.metadata;
  const project = labels[LABELS.project];
  const workload = labels[LABELS.workloadName];
  if (state === undefined || project === undefined || workload === undefined) return undefined;
  const address = addressOf(pod);
  const obstacle = obstacleOf(state, address);
  return {
    uid: state.uid,
    pod: state.name,
    project,
    workload,
    workloadId: state.workloadId,
    ready: obstacle === undefined,
    ...(address === undefined ? {} : { address }),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

/** The annotated address wins over `<podIP>:<servingPort>`; an IPv6 address gets its brackets (RFC 3986 §3.2.2). */
function addressOf({ metadata, status }: PodWire): string | undefined {
  const annotated = metadata.annotations?.[ANNOTATIONS.servingAddress];
  if (annotated !== undefined) return annotated;
  const port = metadata.annotations?.[ANNOTATIONS.servingPort];
  const ip = status?.podIP;
  if (port === undefined || ip === undefined) return undefined;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

type PodState = NonNullable<ReturnType<typeof toReplicaPod>>;

function obstacleOf(state: PodState, address: string | undefined): string | undefined {
  if (state.terminating) return 'is being deleted';
  if (!state.ready) {
    const cause = state.reason === undefined ? '' : ` (${state.reason})`;
    return `is ${state.phase}${cause} and not ready`;
  }
  return address === undefined ? 'is ready but has no serving port' : undefined;
}
