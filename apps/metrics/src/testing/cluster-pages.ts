import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';

export const WORKLOAD = '6f1f0b6e-6d7c-4b5e-9f1d-0c2a5f3e8a11';
/** Namespace of the project of both. */
export const NAMESPACE = 'runai-team-a';
export const OTHER = '0b9f5e57-0d6c-4f57-8d5e-2f0d9f4b7c22';

/** Requests per second that {@link gatewayPage} shows for the two pods of the workload together. */
export const PER_SECOND = 60;
/** Mean latency that it shows, ms. */
export const LATENCY_MS = 250;

const series = (name: string, labels: Readonly<Record<string, string>>, value: number): string =>
  `${name}{${Object.entries(labels)
    .map(([key, text]) => `${key}="${text}"`)
    .join(',')}} ${value}`;

const podOf = (workloadId: string, pod: string) => ({
  workload_id: workloadId,
  project: 'team-a',
  workload: 'chat',
  pod,
});

/**
 * The page of a gateway `seconds` after its start: 40 and 20 requests per second for two pods, 500 for another
 * workload's.
 */
export function gatewayPage(seconds: number): string {
  const pods = [
    { labels: podOf(WORKLOAD, 'chat-0'), rate: 40 },
    { labels: podOf(WORKLOAD, 'chat-1'), rate: 20 },
    { labels: podOf(OTHER, 'other-0'), rate: 500 },
  ];
  const lines = pods.flatMap(({ labels, rate }) => [
    series(SERIES.gatewayRequests, { ...labels, code: '200' }, rate * seconds),
    series(`${SERIES.gatewaySeconds}_sum`, labels, (rate * seconds * LATENCY_MS) / 1000),
    series(`${SERIES.gatewaySeconds}_count`, labels, rate * seconds),
    series(SERIES.gatewayInFlight, labels, 3),
  ]);
  return `${lines.join('\n')}\n`;
}

/**
 * The series of the scheduler and the exporters for the same pods, and for a pod elsewhere that carries the workload's
 * id.
 */
export function clusterPage(): string {
  const pods = [
    { id: WORKLOAD, pod: 'chat-0', gpu: '3', share: 0.5, busy: 80 },
    { id: WORKLOAD, pod: 'chat-1', gpu: '10', share: 0.5, busy: 40 },
    { id: OTHER, pod: 'other-0', gpu: '0', share: 1, busy: 99 },
  ];
  const lines = pods.flatMap(({ id, pod, gpu, share, busy }) => {
    const place = { namespace: NAMESPACE, pod };
    return [
      series(SERIES.allocatedGpus, { ...podOf(id, pod), ...place, node: 'node-1', gpu }, share),
      series(SERIES.podLabels, { ...place, [OWNER_LABEL]: id }, 1),
      series(SERIES.podPhase, { ...place, phase: 'Running' }, 1),
      series(SERIES.podPhase, { ...place, phase: 'Pending' }, 0),
      series(SERIES.gpuUtilisation, { ...place, gpu, container: 'main' }, busy),
      series(SERIES.gpuMemoryUsed, { ...place, gpu, container: 'main' }, 1024),
      series(SERIES.workingSet, { ...place, container: 'main' }, 5e8),
    ];
  });
  const wearer = { namespace: 'runai-team-b', pod: 'wearer-0' };
  lines.push(
    series(SERIES.podLabels, { ...wearer, [OWNER_LABEL]: WORKLOAD }, 1),
    series(SERIES.podPhase, { ...wearer, phase: 'Running' }, 1),
    series(SERIES.workingSet, { ...wearer, container: 'main' }, 7e9),
  );
  return `${lines.join('\n')}\n`;
}
