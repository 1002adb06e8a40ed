import type { ContainerStatus, Pod } from '../wire/objects';
import { age } from './age';
import { column, type Column } from './column';

export const POD_COLUMNS: readonly Column[] = [
  ...['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => column(name)),
  ...['IP', 'Node', 'Nominated Node', 'Readiness Gates'].map((name) => column(name, 1)),
];

/** The row of a pod as `kubectl get pods -o wide` shows it. */
export function podCells(pod: Pod, now: number): readonly unknown[] {
  const statuses = pod.status?.containerStatuses ?? [];
  const ready = statuses.filter((status) => status.ready).length;
  return [
    pod.metadata.name,
    `${ready}/${pod.spec.containers.length}`,
    podState(pod),
    restarts(statuses, now),
    age(pod.metadata.creationTimestamp, now),
    pod.status?.podIP ?? '<none>',
    pod.spec.nodeName ?? '<none>',
    pod.status?.['nominatedNodeName'] ?? '<none>',
    '<none>',
  ];
}

function restarts(statuses: readonly ContainerStatus[], now: number): string {
  const count = statuses.reduce((sum, status) => sum + status.restartCount, 0);
  const last = statuses
    .map((status) => status.lastState?.terminated?.finishedAt)
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  return count > 0 && last !== undefined ? `${count} (${age(last, now)} ago)` : String(count);
}

/** The status column of a pod: its phase or reason, or what keeps a container from running. */
function podState(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined)
    return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const initial = initState(pod);
  if (initial !== undefined) return initial;
  const fallback = pod.status?.reason ?? pod.status?.phase ?? 'Unknown';
  return (
    (pod.status?.containerStatuses ?? []).map(containerWord).find((word) => word !== undefined) ?? fallback
  );
}

function containerWord({ state }: ContainerStatus): string | undefined {
  if (state.waiting !== undefined) return state.waiting.reason;
  return state.terminated?.reason;
}

function initState(pod: Pod): string | undefined {
  const statuses = pod.status?.initContainerStatuses ?? [];
  const index = statuses.findIndex(({ state }) => state.terminated?.exitCode !== 0);
  const current = statuses[index];
  if (current === undefined) return undefined;
  const { waiting, terminated } = current.state;
  if (terminated !== undefined) return `Init:${terminated.reason}`;
  if (waiting !== undefined && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${statuses.length}`;
}
