import { fieldsOf } from '../wire/json';
import type { KubeObject, Pod } from '../wire/objects';
import { isTerminal } from '../wire/pod-resources';
import type { ApiContext } from '../context';
import { knownResource } from '../resources';
import { StatusError } from '../status-error';
import { deleteOptions, remove, type Removal } from './remove';

const PODS = knownResource('pods');
const BUDGETS = knownResource('poddisruptionbudgets', 'policy');

/** Deletes a pod unless a disruption budget forbids it (429). Budgets are computed on each request. */
export function evict(
  context: ApiContext,
  namespace: string | undefined,
  name: string,
  body: unknown,
): Removal {
  const pod = context.store.get(PODS, namespace, name).object as Pod;
  if (!isTerminal(pod) && pod.metadata.deletionTimestamp === undefined)
    for (const { object } of context.store.collection(BUDGETS).in(namespace))
      demandBudget(context, object, pod);
  const options = deleteOptions(fieldsOf(body)['deleteOptions'], new URLSearchParams());
  return remove(context, { resource: PODS, namespace, name }, options);
}

/** Only `matchLabels` are supported; Tessera's objects use nothing else. */
function covers(budget: KubeObject, pod: Pod): boolean {
  const wanted = Object.entries(fieldsOf(fieldsOf(fieldsOf(budget['spec'])['selector'])['matchLabels']));
  return wanted.length > 0 && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
}

const isHealthy = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

function demandBudget({ store }: ApiContext, budget: KubeObject, pod: Pod): void {
  if (!covers(budget, pod)) return;
  const covered = [...store.collection(PODS).in(pod.metadata.namespace)]
    .map(({ object }) => object as Pod)
    .filter((other) => covers(budget, other));
  const healthy = covered.filter(isHealthy).length;
  const { minAvailable, maxUnavailable } = fieldsOf(budget['spec']);
  const amount = (value: unknown): number =>
    typeof value === 'string' && value.endsWith('%')
      ? Math.ceil((covered.length * Number(value.slice(0, -1))) / 100)
      : Number(value);
  const desired =
    minAvailable === undefined ? covered.length - amount(maxUnavailable ?? 1) : amount(minAvailable);
  if (healthy - 1 >= desired || !isHealthy(pod)) return;
  throw new StatusError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${budget.metadata.name} needs ${desired} healthy pods and has ${healthy} currently`,
        },
      ],
    },
  );
}
