import type { Container, Pod, PodSpec } from './objects';
import { milliOf } from './quantity';

/** Amounts by resource name in thousandths of the base unit. */
export type Amounts = Readonly<Record<string, number>>;

type Resources = Container['resources'];

function requestsOf(resources: Resources): Record<string, number> {
  const { requests, limits } = resources ?? {};
  return Object.fromEntries(
    Object.entries({ ...limits, ...requests }).map(([name, amount]) => [name, milliOf(amount)]),
  );
}

/** Resources that a pod may set for all of its containers together. */
const OF_THE_POD = /^(cpu|memory|hugepages-.*)$/;

/**
 * What a pod asks of its node (PodRequests in k8s.io/component-helpers/resource): the sum of containers and sidecars,
 * or what the largest init container needs beside the sidecars before it, whichever is more; what the pod sets for
 * itself in its place; and its overhead.
 */
export function podRequests({ containers, initContainers = [], resources, overhead = {} }: PodSpec): Amounts {
  const total: Record<string, number> = {};
  const sidecars: Record<string, number> = {};
  const starting: Record<string, number> = {};
  for (const { resources: own } of containers) add(total, requestsOf(own));
  for (const { resources: own, restartPolicy } of initContainers) {
    const needed = { ...sidecars };
    add(needed, requestsOf(own));
    raise(starting, needed);
    if (restartPolicy !== 'Always') continue;
    add(sidecars, requestsOf(own));
    add(total, requestsOf(own));
  }
  raise(total, starting);
  for (const [name, amount] of Object.entries(requestsOf(resources)))
    if (OF_THE_POD.test(name)) total[name] = amount;
  add(total, requestsOf({ requests: overhead }));
  return total;
}

function add(into: Record<string, number>, amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) into[name] = (into[name] ?? 0) + amount;
}

function raise(into: Record<string, number>, amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) into[name] = Math.max(into[name] ?? 0, amount);
}

/** Whether the pod has ended and holds no resources of its node. */
export const isTerminal = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
