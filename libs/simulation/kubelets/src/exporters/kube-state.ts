import { SERIES } from '@tessera/contracts-metrics';
import { type Container, type Pod, quantity } from '@tessera/simulation-kubernetes-api/wire';
import { podLabels, type ExportedNode } from './exported';
import type { Family, Sample } from './families';

const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running'] as const;

/** A name as kube-state-metrics writes it within a label: characters that labels cannot have become underscores. */
const spelled = (text: string): string => text.replace(/[^a-zA-Z0-9_]/g, '_');

const identity = (pod: Pod) => ({ ...podLabels(pod), uid: pod.metadata.uid ?? '' });

const unitOf = (resource: string): string =>
  resource === 'cpu' ? 'core' : /^(memory|ephemeral-storage)$/.test(resource) ? 'byte' : 'integer';

function labelsOf(pod: Pod): Sample {
  const own = Object.entries(pod.metadata.labels ?? {}).map(([key, value]) => [
    `label_${spelled(key)}`,
    value,
  ]);
  return { labels: { ...identity(pod), ...Object.fromEntries(own) }, value: 1 };
}

const infoOf = (pod: Pod): Sample => ({
  labels: { ...identity(pod), node: pod.spec.nodeName ?? '' },
  value: 1,
});

const allocatableOf = ({ seed: { name, cpu, memory } }: ExportedNode): readonly Sample[] =>
  Object.entries({ cpu, memory }).map(([resource, amount]) => ({
    labels: { node: name, resource, unit: unitOf(resource) },
    value: quantity(amount) ?? 0,
  }));

const phasesOf = (pod: Pod): readonly Sample[] =>
  PHASES.map((phase) => ({
    labels: { ...identity(pod), phase },
    value: phase === (pod.status?.phase ?? 'Pending') ? 1 : 0,
  }));

function resourcesOf(pod: Pod, which: keyof NonNullable<Container['resources']>): readonly Sample[] {
  return pod.spec.containers.flatMap(({ name, resources }) =>
    Object.entries(resources?.[which] ?? {}).map(([resource, amount]) => ({
      labels: {
        ...identity(pod),
        container: name,
        node: pod.spec.nodeName ?? '',
        resource: spelled(resource),
        unit: unitOf(resource),
      },
      value: quantity(amount) ?? 0,
    })),
  );
}

/** The pods bound to the nodes, whether healthy or not, with the names and labels of kube-state-metrics. */
export function kubeStateFamilies(nodes: Iterable<ExportedNode>): readonly Family[] {
  const all = [...nodes];
  const pods = all.flatMap(({ workers }) => [...workers.values()].map(({ current }) => current));
  const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
    name,
    help,
    type: 'gauge',
    samples,
  });
  return [
    gauge(SERIES.podInfo, 'The node of a pod.', pods.map(infoOf)),
    gauge(SERIES.nodeAllocatable, 'What pods may use of a node.', all.flatMap(allocatableOf)),
    gauge(SERIES.podLabels, 'Labels of the pod.', pods.map(labelsOf)),
    gauge(SERIES.podPhase, '1 for the phase that the pod is in.', pods.flatMap(phasesOf)),
    gauge(
      SERIES.resourceRequests,
      'Resources that a container asks for.',
      pods.flatMap((pod) => resourcesOf(pod, 'requests')),
    ),
    gauge(
      SERIES.resourceLimits,
      'Resources that a container may use at most.',
      pods.flatMap((pod) => resourcesOf(pod, 'limits')),
    ),
  ];
}
