import { areas, lines, NONE, stat, table, upTo, downTo, type Board } from '../kit/board';
import { max, orZero, quantile, rate, sum } from '../kit/promql';

const API = 'tessera_api_request_duration_seconds';
const REQUESTS = rate(`${API}_count`);
const FAILED = rate(`${API}_count`, 'status=~"5.."');

export const CONTROL_PLANE: Board = {
  uid: 'tessera-control-plane',
  title: 'Tessera: Control plane',
  description: 'Does the platform itself work: API, scheduler, outboxes, watches?',
  rows: [
    {
      panels: [
        stat(
          'Services up',
          'Share of the targets of Prometheus that answer. See Status, Targets of Prometheus for the one that does not.',
          'percentunit',
          'avg(up)',
          { limits: downTo(0.99, 1), decimals: 0, alert: 'TesseraServiceDown' },
        ),
        stat(
          'Failing checks',
          'Checks of /readyz and /livez that fail now; the table below names them, /readyz of the service the cause.',
          'short',
          orZero(sum('tessera_check_failed')),
          { limits: NONE, alert: 'TesseraCheckFailed' },
        ),
        stat(
          'Leaders',
          'Schedulers that hold a lease. Without one nothing is placed, scaled or healed; one for each cluster is right.',
          'short',
          orZero(sum('tessera_scheduler_leading')),
          { limits: downTo(1, 1), alert: 'TesseraNoLeader' },
        ),
        stat(
          'API errors',
          'Share of the calls that ended with 5xx.',
          'percentunit',
          `${orZero(sum(FAILED))} / (sum(${REQUESTS}) > 0 or vector(1))`,
          { limits: upTo(0.001, 0.01), decimals: 2 },
        ),
        stat(
          'Oldest outbox row',
          'Age of the oldest row that waits to be published: how late commands and events are.',
          's',
          orZero(max('tessera_outbox_oldest_seconds')),
          { limits: upTo(10, 60), alert: 'TesseraOutboxBehind', more: 'tessera-kafka' },
        ),
        stat(
          'Oldest reconcile due',
          'For how long the workload that waits longest for the scheduler has been due. Rising means that it cannot keep up: see decisions and CPU below.',
          's',
          orZero(max('tessera_scheduler_backlog_oldest_seconds')),
          { limits: upTo(5, 30), alert: 'TesseraReconcilesLate' },
        ),
      ],
    },
    {
      title: 'API',
      panels: [
        areas('Calls by operation', 'Calls per second.', 'reqps', [
          { expr: sum(REQUESTS, 'operation'), legend: '{{operation}}' },
        ]),
        areas(
          'Answers by status',
          '401 and 403 are callers, 429 the rate limit, 503 a dependency that is missing.',
          'reqps',
          [{ expr: sum(REQUESTS, 'status'), legend: '{{status}}' }],
        ),
        lines(
          'Duration of a call',
          'Time from call to answer. p99 above 1 s is usually the database: see its connections and slow statements.',
          's',
          [
            { expr: quantile(0.5, API), legend: 'p50' },
            { expr: quantile(0.99, API), legend: 'p99' },
          ],
          { alert: 'TesseraApiLatencyBudgetBurn' },
        ),
      ],
    },
    {
      title: 'Scheduler',
      panels: [
        lines(
          'Reconciles',
          'Reconciles per second, and those that failed and are retried. More than half failing is an alert; the log names workload and error.',
          'short',
          [
            { expr: sum(rate('tessera_scheduler_reconciled_total')), legend: 'started' },
            { expr: sum(rate('tessera_scheduler_reconcile_errors_total')), legend: 'failed' },
          ],
          { alert: 'TesseraReconcilesFail' },
        ),
        lines(
          'Backlog',
          'Workloads that are due for a reconcile. A resync makes it rise for a moment.',
          'short',
          [{ expr: max('tessera_scheduler_backlog_keys'), legend: 'workloads due' }],
        ),
        lines('Placement decision', 'Time for one decision. It grows with the number of nodes.', 's', [
          { expr: quantile(0.5, 'tessera_scheduler_decision_duration_seconds'), legend: 'p50' },
          { expr: quantile(0.99, 'tessera_scheduler_decision_duration_seconds'), legend: 'p99' },
        ]),
        areas('Decisions by outcome', 'placed found a node, unschedulable found none.', 'short', [
          { expr: sum(rate('tessera_scheduler_decisions_total'), 'outcome'), legend: '{{outcome}}' },
        ]),
        lines(
          'Scaling tick',
          'Time to decide on all workloads; it runs every 2 s. Above 0.5 s split the cluster.',
          's',
          [
            { expr: quantile(0.5, 'tessera_scheduler_scale_tick_duration_seconds'), legend: 'p50' },
            { expr: quantile(0.99, 'tessera_scheduler_scale_tick_duration_seconds'), legend: 'p99' },
          ],
        ),
        lines(
          'Silence of watches',
          'Time since a watch of the Kubernetes API received something; bookmarks come about each minute. Above 2 minutes decisions are made on old objects.',
          's',
          [{ expr: max('tessera_watch_silent_seconds', 'service'), legend: '{{service}}' }],
          { alert: 'TesseraWatchSilent' },
        ),
      ],
    },
    {
      title: 'Measuring',
      panels: [
        lines(
          'Duration of a measurement',
          'Time from request to answer of the metrics service, which the console and clients ask.',
          's',
          [
            { expr: quantile(0.5, 'tessera_metrics_request_duration_seconds'), legend: 'p50' },
            { expr: quantile(0.99, 'tessera_metrics_request_duration_seconds'), legend: 'p99' },
          ],
        ),
        areas('Measurements by scope', 'What is asked for, per second.', 'reqps', [
          { expr: sum(rate('tessera_metrics_request_duration_seconds_count'), 'scope'), legend: '{{scope}}' },
        ]),
        table(
          'Checks',
          'Checks of each service: 1 fails, 0 is fine.',
          'short',
          max('tessera_check_failed', 'job', 'kind', 'check'),
          { job: 'Service', kind: 'Kind', check: 'Check', Value: 'Fails' },
          { width: 8, limits: NONE },
        ),
      ],
    },
    {
      title: 'Processes',
      panels: [
        lines(
          'CPU',
          'Cores in use. A service of ours uses one at most: near 1 it is the bottleneck.',
          'short',
          [
            {
              expr: sum(rate('process_cpu_seconds_total', 'service!=""'), 'service', 'instance'),
              legend: '{{service}} {{instance}}',
            },
          ],
        ),
        lines('Memory', 'Resident memory. The limits of the chart are 384 to 512 MiB.', 'bytes', [
          {
            expr: max('process_resident_memory_bytes{service!=""}', 'service', 'instance'),
            legend: '{{service}} {{instance}}',
          },
        ]),
        lines(
          'Delay of the event loop',
          'p99 of how late a service gets to its next piece of work. Above 0.1 s everything that it answers is late.',
          's',
          [
            {
              expr: max('nodejs_eventloop_lag_p99_seconds', 'service', 'instance'),
              legend: '{{service}} {{instance}}',
            },
          ],
        ),
      ],
    },
  ],
};
