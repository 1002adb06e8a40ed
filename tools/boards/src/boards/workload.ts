import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import { areas, lines, NEUTRAL, stat, upTo, type Board } from '../kit/board';
import { max, orZero, perDevice, rate, sum } from '../kit/promql';
import { errorShare, latencies, requestsOf, slowest } from '../kit/callers';

const OF = 'project="$project", workload="$workload"';
const ID = 'workload_id="$workload_id"';
const REQUESTS = requestsOf(OF);
/** 1 for each pod of the workload; two instances of kube-state-metrics count once. */
const PODS = `max by (namespace, pod) (${SERIES.podLabels}{${OWNER_LABEL}="$workload_id"})`;
const HELD = sum(`${SERIES.allocatedGpus}{${ID}}`, 'pod', 'node', 'gpu');
const containers = (series: string): string =>
  `sum by (pod) (${series} * on (namespace, pod) group_left () ${PODS})`;
const CONTAINER = 'container!="", container!="POD"';

export const WORKLOAD: Board = {
  uid: 'tessera-workload',
  title: 'Tessera: Workload',
  description: 'One workload: its callers, its replicas and why it has so many, its GPUs.',
  variables: [
    { name: 'project', label: 'Project', series: SERIES.desiredReplicas, of: 'project', choice: 'one' },
    {
      name: 'workload',
      label: 'Workload',
      series: `${SERIES.desiredReplicas}{project="$project"}`,
      of: 'workload',
      choice: 'one',
    },
    {
      name: 'workload_id',
      label: 'Workload id',
      series: `${SERIES.desiredReplicas}{project="$project", workload="$workload"}`,
      of: 'workload_id',
      choice: 'hidden',
    },
  ],
  rows: [
    {
      panels: [
        stat('Requests', 'Requests per second.', 'reqps', orZero(sum(REQUESTS)), { limits: NEUTRAL }),
        errorShare(OF, 'See the log of its pods: GET /api/v1/workloads/{id}/logs.'),
        slowest(OF),
        stat(
          'Replicas wanted',
          'Replicas that the scaling rule asks for now; 0 is asleep.',
          'short',
          max(`${SERIES.desiredReplicas}{${OF}}`),
          { limits: NEUTRAL },
        ),
        stat(
          'Replicas missing',
          'Wanted replicas that take no requests yet: they wait for room, pull or load. The events of the workload say which.',
          'short',
          `clamp_min(${max(`${SERIES.desiredReplicas}{${OF}}`)} - ${max(`${SERIES.readyReplicas}{${OF}}`)}, 0)`,
          { limits: upTo(1, 3), alert: 'TesseraInferenceNoReadyReplicas' },
        ),
        stat(
          'GPUs',
          'GPUs that its replicas hold; half a device is 0.5.',
          'short',
          orZero(sum(`${SERIES.allocatedGpus}{${ID}}`)),
          { limits: NEUTRAL, decimals: 2 },
        ),
      ],
    },
    {
      title: 'Callers',
      panels: [
        areas('Requests by status', 'Answers per second by their status.', 'reqps', [
          { expr: sum(REQUESTS, 'code'), legend: '{{code}}' },
        ]),
        lines(
          'Latency',
          'Time from request to the end of the answer, waiting for a replica included.',
          's',
          latencies(OF),
        ),
        areas(
          'In flight by replica',
          'Requests at once for each replica. Uneven columns are long requests, or a replica that has just started.',
          'short',
          [{ expr: sum(`${SERIES.gatewayInFlight}{${OF}}`, 'pod'), legend: '{{pod}}' }],
        ),
      ],
    },
    {
      title: 'Scaling',
      panels: [
        lines(
          'Replicas',
          'Wanted above existing: no room. Existing above ready: they start. Wanted at the maximum: raise maxReplicas, or it gets slower.',
          'short',
          [
            { expr: max(`${SERIES.desiredReplicas}{${OF}}`), legend: 'wanted' },
            { expr: max(`${SERIES.replicas}{${OF}}`), legend: 'existing' },
            { expr: max(`${SERIES.readyReplicas}{${OF}}`), legend: 'ready' },
            { expr: max(`${SERIES.maxReplicas}{${OF}}`), legend: 'maximum' },
          ],
        ),
        lines(
          'What a replica has, and is to have',
          'The metric by which it scales, for each replica. Above its target it gets more replicas, below it fewer, within the delays. Its unit is that of the metric: requests/s, requests, ms, or its own.',
          'short',
          [
            { expr: max(`${SERIES.scaleObserved}{${OF}}`, 'metric'), legend: '{{metric}} now' },
            { expr: max(`${SERIES.scaleTarget}{${OF}}`, 'metric'), legend: '{{metric}} target' },
          ],
        ),
        lines(
          'Panic mode, held requests',
          'Panic mode is 1 while its number only grows, after a steep rise. Held requests wait for a replica.',
          'short',
          [
            { expr: max(`${SERIES.scalePanic}{${OF}}`), legend: 'panic mode' },
            { expr: orZero(sum(`${SERIES.gatewayHeld}{${OF}}`)), legend: 'held' },
          ],
        ),
      ],
    },
    {
      title: 'Replicas on their nodes',
      panels: [
        lines(
          'Activity of its devices',
          'Share of the time in which the devices compute that its replicas hold. A shared device counts what its other sharers do too.',
          'percentunit',
          [
            {
              expr: `${perDevice(SERIES.gpuEngineActive)} and on (node, gpu) ${HELD}`,
              legend: '{{node}} GPU {{gpu}}',
            },
          ],
          { max: 1 },
        ),
        lines(
          'GPU memory of its devices',
          'Memory in use on the devices that its replicas hold, by all that use them. What the replicas may use is the dashed limit of their request.',
          'bytes',
          [
            {
              expr: `${perDevice(SERIES.gpuMemoryUsed, 'sum')} * 1048576 and on (node, gpu) ${HELD}`,
              legend: '{{node}} GPU {{gpu}}',
            },
            { expr: sum(`${SERIES.allocatedGpuMemory}{${ID}}`), legend: 'allocated to its replicas' },
          ],
        ),
        lines(
          'CPU',
          'Cores in use by each replica. At the limit of the container it is throttled, and answers get slower.',
          'short',
          [
            {
              expr: containers(rate(SERIES.cpuSeconds, CONTAINER)),
              legend: '{{pod}}',
            },
          ],
        ),
      ],
    },
  ],
};
