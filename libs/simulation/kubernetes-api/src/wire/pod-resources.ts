import type { Container, Pod, PodSpec } from './objects';
import { milliOf } from './quantity';

/** Amounts by resource name in thousandths of the base unit. */
export type Amounts = Readonly<Record<string, number>>;

function requestsOf(container: Container): Record<string, number> {
  const { requests, limits } = container.resources ?? {};
  return Object.fromEntries(
    Object.entries({ ...limits, ...requests }).map(([name, amount]) => [name, milliOf(amount)]),
  );
}

/** What a pod asks of its node: the containers' sum or the largest init container, whichever is more. */
export function podRequests(spec: PodSpec): Amounts {
  const total: Record<string, number> = {};
  for (const container of spec.containers)
    for (const [name, amount] of Object.entries(requestsOf(container)))
      total[name] = (total[name] ?? 0) + amount;
  for (const container of spec.initContainers ?? [])
    for (const [name, amount] of Object.entries(requestsOf(container)))
      total[name] = Math.max(total[name] ?? 0, amount);
  return total;
}

/** Whether the pod has ended and holds no resources of its node. */
export const isTerminal = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
