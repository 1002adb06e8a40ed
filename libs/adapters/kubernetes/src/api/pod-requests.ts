import { compareQuantities, parseQuantity, type Quantity } from '@tessera/domain-workload';
import type { ContainerResources, PodWire } from './wire';

/** Amounts by the name of their resource. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const NOTHING: Quantity = { numerator: 0n, denominator: 1n };

/** Resources that a pod may set for all of its containers together. */
const OF_THE_POD = /^(cpu|memory|hugepages-.*)$/;

/**
 * Resources that a pod requests of its node, as kubelet and kube-scheduler count them (PodRequests in
 * k8s.io/component-helpers/resource; sidecars: KEP-753): the sum of containers and sidecars, or the need of the largest
 * init container with the sidecars before it, whichever is more. Requests of the pod itself replace that sum; its
 * overhead is added.
 */
export function podRequests({
  containers,
  initContainers = [],
  resources,
  overhead,
}: PodWire['spec']): Amounts {
  const total = new Map<string, Quantity>();
  for (const container of containers) combine(total, requestsOf(container.resources), sum);
  const sidecars = new Map<string, Quantity>();
  const starting = new Map<string, Quantity>();
  for (const container of initContainers) {
    const own = requestsOf(container.resources);
    const needed = new Map(sidecars);
    combine(needed, own, sum);
    combine(starting, needed, larger);
    if (container.restartPolicy !== 'Always') continue;
    combine(sidecars, own, sum);
    combine(total, own, sum);
  }
  combine(total, starting, larger);
  for (const [name, amount] of requestsOf(resources)) if (OF_THE_POD.test(name)) total.set(name, amount);
  combine(total, amountsOf(overhead ?? {}), sum);
  return total;
}

/** Reads a resource list; what is no quantity counts as nothing. */
export const amountsOf = (resources: Readonly<Record<string, string>>): Amounts =>
  new Map(Object.entries(resources).map(([name, text]) => [name, parseQuantity(text) ?? NOTHING]));

/** The API server sets a missing request to the limit. */
const requestsOf = (resources: ContainerResources | undefined): Amounts =>
  amountsOf({ ...resources?.limits, ...resources?.requests });

function combine(
  into: Map<string, Quantity>,
  amounts: Amounts,
  both: (a: Quantity, b: Quantity) => Quantity,
): void {
  for (const [name, amount] of amounts) {
    const known = into.get(name);
    into.set(name, known === undefined ? amount : both(known, amount));
  }
}

const sum = (a: Quantity, b: Quantity): Quantity =>
  a.denominator === b.denominator
    ? { numerator: a.numerator + b.numerator, denominator: a.denominator }
    : {
        numerator: a.numerator * b.denominator + b.numerator * a.denominator,
        denominator: a.denominator * b.denominator,
      };

const larger = (a: Quantity, b: Quantity): Quantity => (compareQuantities(a, b) < 0 ? b : a);
