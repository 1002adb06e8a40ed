import { SERIES } from '@tessera/contracts-metrics';
import { areas, bars, NEUTRAL, stat, table, type Board } from '../kit/board';
import { grown, orZero, perDevice, rate, sum } from '../kit/promql';
import { PROJECT } from './inference';

/** GPUs that pods hold, by project. */
const OF = 'project=~"$project"';
const HELD = `${SERIES.allocatedGpus}{${OF}}`;
/** The share that a pod holds times the activity of its device: exact for whole devices, an estimate for shares. */
const USED = `(${HELD} * on (node, gpu) group_left () ${perDevice(SERIES.gpuEngineActive)})`;
/** The same as held, with the name of the workload. */
const NAMED = `${HELD} * on (workload_id) group_left (workload) (0 * max by (workload_id, workload) (${SERIES.desiredReplicas}) + 1)`;
/** Hours: one sample for each minute of the time that the board shows, so that gaps count as nothing. */
const hours = (expr: string): string => `sum_over_time((${expr})[$__range:1m]) / 60`;
const BY = ['project'];
const HELD_HOURS = hours(sum(HELD, ...BY));
const USED_HOURS = hours(sum(USED, ...BY));

export const TENANCY: Board = {
  uid: 'tessera-tenancy',
  title: 'Tessera: Tenancy and cost',
  description: 'Who holds GPUs, who uses them, and what it costs.',
  from: 'now-24h',
  variables: [PROJECT, { name: 'price', label: 'Price of a GPU-hour', text: '2.50' }],
  rows: [
    {
      panels: [
        stat(
          'GPU-hours allocated',
          'GPUs that replicas held, times the hours, in the time that the board shows.',
          'short',
          orZero(sum(HELD_HOURS)),
          { limits: NEUTRAL, decimals: 1 },
        ),
        stat(
          'GPU-hours used',
          'Of them the time in which the devices computed. For shared devices an estimate: the activity of the device, by share.',
          'short',
          orZero(sum(USED_HOURS)),
          { limits: NEUTRAL, decimals: 1 },
        ),
        stat(
          'Used',
          'Used of what was allocated. Below a third, smaller shares or scaling to zero save most.',
          'percentunit',
          `${orZero(sum(USED_HOURS))} / (${sum(HELD_HOURS)} > 0 or vector(1))`,
          { limits: NEUTRAL, decimals: 0 },
        ),
        stat(
          'Cost',
          'GPU-hours allocated times the price above.',
          'currencyUSD',
          orZero(`$price * ${sum(HELD_HOURS)}`),
          { limits: NEUTRAL, decimals: 2 },
        ),
        stat(
          'Cost of idle',
          'Price of what was allocated and not used.',
          'currencyUSD',
          orZero(`$price * (${sum(HELD_HOURS)} - ${sum(USED_HOURS)})`),
          { limits: NEUTRAL, decimals: 2 },
        ),
        stat('Projects', 'Projects that hold GPUs now.', 'short', orZero(`count(${sum(HELD, ...BY)})`), {
          limits: NEUTRAL,
        }),
      ],
    },
    {
      title: 'By project',
      panels: [
        bars(
          'GPU-hours allocated',
          'In the time that the board shows.',
          'short',
          [{ expr: HELD_HOURS, legend: '{{project}}' }],
          { decimals: 1, height: 6 },
        ),
        bars(
          'GPU-hours used',
          'Time in which devices computed, by share.',
          'short',
          [{ expr: USED_HOURS, legend: '{{project}}' }],
          { decimals: 1, height: 6 },
        ),
        bars(
          'GPU-hours idle',
          'Allocated and not used. GET /api/v1/tessera/usage has hourly rows by workload.',
          'short',
          [{ expr: `${HELD_HOURS} - ${USED_HOURS}`, legend: '{{project}}' }],
          { decimals: 1, height: 6 },
        ),
        areas('GPUs allocated', 'Who held how many GPUs when.', 'short', [
          { expr: sum(HELD, ...BY), legend: '{{project}}' },
        ]),
        areas('GPUs at work', 'How many of them computed.', 'short', [
          { expr: sum(USED, ...BY), legend: '{{project}}' },
        ]),
        areas('Requests', 'What the projects got for it: requests per second.', 'reqps', [
          { expr: sum(rate(SERIES.gatewayRequests, OF), ...BY), legend: '{{project}}' },
        ]),
      ],
    },
    {
      title: 'By workload',
      panels: [
        table(
          'Cost by workload',
          'GPU-hours allocated times the price, the dearest first.',
          'currencyUSD',
          `$price * ${hours(sum(NAMED, 'project', 'workload'))}`,
          { workload: 'Workload', project: 'Project', Value: 'Cost' },
        ),
        table(
          'Held without requests',
          'GPUs of workloads that got no request in the last hour. Ask their owners whether they may sleep: minReplicas 0.',
          'short',
          sum(
            `${NAMED} unless on (workload_id) (${sum(grown(SERIES.gatewayRequests, '1h', OF), 'workload_id')} > 0)`,
            'project',
            'workload',
          ),
          { workload: 'Workload', project: 'Project', Value: 'GPUs' },
        ),
      ],
    },
    {
      title: 'Tokens, keys and limits',
      panels: [
        areas(
          'Tokens by project',
          'Tokens per second, in and out.',
          'short',
          [{ expr: sum(rate(SERIES.gatewayTokens, `${OF}, kind!="cached"`), ...BY), legend: '{{project}}' }],
          { width: 12 },
        ),
        areas(
          'Requests over a limit',
          'Requests per second that a limit of a key, project or workload turned away.',
          'reqps',
          [
            {
              expr: sum(rate(SERIES.gatewayLimited, OF), 'project', 'limit'),
              legend: '{{project}}: {{limit}}',
            },
          ],
          { width: 12 },
        ),
      ],
    },
  ],
};
