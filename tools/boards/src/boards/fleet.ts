import { SERIES } from '@tessera/contracts-metrics';
import { areas, bars, downTo, lines, NEUTRAL, NONE, stat, table, upTo, type Board } from '../kit/board';
import { count, max, orZero, perDevice, sum } from '../kit/promql';

const TOTAL = sum(`${SERIES.nodeGpus} * on (node, pool) group_left () ${SERIES.nodeReady}`);
const HELD = sum(SERIES.allocatedGpus, 'node', 'gpu');
/** Devices are given away in thousandths, so less is rounding. */
const LEAST = 0.001;
const WHOLE = `${TOTAL} - (count(${HELD} > ${LEAST}) or vector(0))`;
const PARTS = `sum((1 - ${HELD}) > ${LEAST})`;
/** A device that computes for less than this share of its time is idle. */
const IDLE = `${perDevice(SERIES.gpuEngineActive)} < 0.01`;

export const FLEET: Board = {
  uid: 'tessera-fleet',
  title: 'Tessera: Fleet',
  description: 'How much is free, is it used, and who waits for it?',
  rows: [
    {
      panels: [
        stat(
          'Nodes out of service',
          'Nodes that are cordoned or not Ready. Nothing new is placed on them; see their conditions with kubectl describe node.',
          'short',
          orZero(count(`${SERIES.nodeReady} == 0`)),
          { limits: NONE, alert: 'TesseraNodeNotReady' },
        ),
        stat(
          'GPUs ready',
          'Devices on nodes where replicas may be placed. Fewer than you own means nodes out of service or devices that kubelet reports as unhealthy.',
          'short',
          TOTAL,
          { limits: NEUTRAL },
        ),
        stat(
          'GPUs allocated',
          'Share of all devices that replicas hold. Above 95 % the next workload is likely to wait: add nodes, or lower quotas over their deserved part.',
          'percentunit',
          `${orZero(sum(SERIES.allocatedGpus))} / ${TOTAL}`,
          { limits: upTo(0.9, 0.97), decimals: 0 },
        ),
        stat(
          'Allocated but idle',
          'GPUs that replicas hold on devices that have computed for less than 1 % of the time. Somebody pays for them: the board Tenancy and cost says who.',
          'short',
          orZero(`sum(${HELD} and on (node, gpu) (${IDLE}))`),
          { limits: NEUTRAL, decimals: 1, more: 'tessera-tenancy' },
        ),
        stat(
          'Replicas that wait',
          'Replicas that fit on no node now. The table below names their workloads and why; the event placement-rejected of each says what would help.',
          'short',
          orZero(sum(SERIES.pendingReplicas)),
          { limits: upTo(1, 10) },
        ),
        stat(
          'Longest wait',
          'Time for which the workload that waits longest has had replicas that fit on no node. More than a quarter of an hour is rarely solved by waiting.',
          's',
          orZero(max(SERIES.pendingSeconds)),
          { limits: upTo(300, 900), alert: 'TesseraInferencePendingTooLong' },
        ),
      ],
    },
    {
      title: 'Capacity',
      panels: [
        lines(
          'GPUs: ready, allocated, at work',
          'The gap between allocated and at work is held and not used. At work is the time in which devices compute, summed over all of them.',
          'short',
          [
            { expr: TOTAL, legend: 'ready' },
            { expr: orZero(sum(SERIES.allocatedGpus)), legend: 'allocated' },
            { expr: `sum(${perDevice(SERIES.gpuEngineActive)})`, legend: 'at work' },
          ],
        ),
        areas(
          'Free GPUs: whole devices and parts',
          'Parts are what is left on devices that are shared: no request for a whole device fits there. Many parts and few whole devices while replicas wait is fragmentation; pool policy packing, or smaller requests, use them up.',
          'short',
          [
            { expr: WHOLE, legend: 'whole devices' },
            { expr: orZero(PARTS), legend: 'parts of devices' },
          ],
        ),
        bars(
          'Allocated by node',
          'Share of the devices of each node that replicas hold. Nodes at 100 % take nothing more; even bars under the policy spread, full and empty ones under packing.',
          'percentunit',
          [
            {
              expr: `(sum by (node) (${SERIES.allocatedGpus}) or sum by (node) (${SERIES.nodeReady}) * 0) / on (node) (sum by (node) (${SERIES.nodeGpus}) > 0)`,
              legend: '{{node}}',
            },
          ],
          { max: 1, limits: NEUTRAL, decimals: 0 },
        ),
      ],
    },
    {
      title: 'Who waits',
      panels: [
        areas(
          'Waiting workloads by reason',
          'The filter at which those nodes failed that passed most: GpuDevices and GpuShare are missing GPUs, Quota is the limit of the project, Taint, NodePool and NodeType are rules of the request. docs/guides/placement.md explains each.',
          'short',
          [{ expr: count(SERIES.pendingSeconds, 'reason'), legend: '{{reason}}' }],
        ),
        lines(
          'How long they wait',
          'Of the workloads that wait now: half have waited for less than p50, one in twenty for more than p95. Rising lines mean that nothing becomes free for them.',
          's',
          [
            { expr: `quantile(0.5, ${SERIES.pendingSeconds})`, legend: 'p50' },
            { expr: `quantile(0.95, ${SERIES.pendingSeconds})`, legend: 'p95' },
          ],
        ),
        table(
          'Workloads that wait',
          'Who waits, for how long, and why. GET /api/v1/workloads/{id}/events has the verdict for each node.',
          's',
          max(SERIES.pendingSeconds, 'project', 'workload', 'reason'),
          { workload: 'Workload', project: 'Project', reason: 'Reason', Value: 'Waits for' },
          { width: 8, alert: 'TesseraInferencePendingTooLong' },
        ),
      ],
    },
    {
      title: 'Workloads',
      panels: [
        stat(
          'Serving',
          'Workloads with at least one replica that takes requests.',
          'short',
          orZero(count(`${SERIES.readyReplicas} > 0`)),
          { limits: NEUTRAL, width: 8 },
        ),
        stat(
          'Asleep',
          'Workloads at zero replicas: the next request wakes them and waits for the start.',
          'short',
          orZero(count(`${SERIES.desiredReplicas} == 0`)),
          { limits: NEUTRAL, width: 8 },
        ),
        stat(
          'Fully served',
          'Share of the workloads that are awake and have all the replicas that they want. Below 100 % some start or wait.',
          'percentunit',
          `count((${SERIES.readyReplicas} >= ${SERIES.desiredReplicas}) and ${SERIES.desiredReplicas} > 0) / count(${SERIES.desiredReplicas} > 0)`,
          { limits: downTo(0.8, 0.95), decimals: 0, width: 8 },
        ),
      ],
    },
  ],
};
