import type { PodWire } from '@tessera/adapter-kubernetes';
import { ANNOTATIONS, LABELS } from '@tessera/contracts-kubernetes';
import type { Replica } from '../routing/replica';

/** The replica that a pod is; undefined where the pod belongs to no workload. */
export function replicaOfPod(pod: PodWire): Replica | undefined {
  const { labels = {}, name, uid } = pod.metadata;
  const workloadId = labels[LABELS.workloadId];
  const project = labels[LABELS.project];
  const workload = labels[LABELS.workloadName];
  if (workloadId === undefined || project === undefined || workload === undefined) return undefined;
  const address = addressOf(pod);
  const obstacle = obstacleOf(pod, address);
  return {
    uid,
    pod: name,
    project,
    workload,
    workloadId,
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

function obstacleOf({ metadata, status }: PodWire, address: string | undefined): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return 'is being deleted';
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  if (ready) return address === undefined ? 'is ready but has no serving port' : undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = containers.find(({ state }) => state?.waiting?.reason !== undefined)?.state?.waiting;
  const cause = status?.reason ?? waiting?.reason;
  return `is ${status?.phase ?? 'Pending'}${cause === undefined ? '' : ` (${cause})`} and not ready`;
}
