import { SERIES } from '@tessera/contracts-metrics';
import { areas, lines, NEUTRAL, stat, table, upTo, type Board, type Variable } from '../kit/board';
import { count, grown, meanOfHour, orZero, quantile, quantileOfHour, rate, sum } from '../kit/promql';
import { errorShare, latencies, requestsOf, slowest } from '../kit/callers';

export const PROJECT: Variable = {
  name: 'project',
  label: 'Project',
  series: SERIES.desiredReplicas,
  of: 'project',
  choice: 'all',
};
const OF = 'project=~"$project"';
/** Nobody sees the first token of an answer that comes as a whole. */
const STREAMED = `${OF}, answer="stream"`;
const REQUESTS = requestsOf(OF);
/** Requests that had a replica to prefer went to it, as part of all those. */
const kept = `${sum(rate(SERIES.gatewayChoices, `${OF}, choice=~"session|prefix"`), 'project', 'workload')} / ${sum(rate(SERIES.gatewayChoices, `${OF}, choice!="none"`), 'project', 'workload')}`;
const wanted = `${SERIES.desiredReplicas}{${OF}}`;

export const INFERENCE: Board = {
  uid: 'tessera-inference',
  title: 'Tessera: Inference',
  description: 'Do callers get answers, how fast, and does scaling follow them?',
  variables: [PROJECT],
  rows: [
    {
      panels: [
        stat('Requests', 'Requests per second that the gateways took.', 'reqps', orZero(sum(REQUESTS)), {
          limits: NEUTRAL,
        }),
        errorShare(
          OF,
          'Above 1 % open the table below, then the board of the workload: 503 without replicas is a start or a lack of room, 502 a replica that broke off.',
        ),
        slowest(OF),
        stat(
          'In flight',
          'Requests that replicas work on at this moment.',
          'short',
          orZero(sum(`${SERIES.gatewayInFlight}{${OF}}`)),
          { limits: NEUTRAL },
        ),
        stat(
          'Held',
          'Requests that wait at a gateway for a replica. A few during a start are right; many for longer than a start takes mean that it does not come: see Start of a replica.',
          'short',
          orZero(sum(`${SERIES.gatewayHeld}{${OF}}`)),
          { limits: upTo(10, 100), alert: 'TesseraGatewayHoldsRequests' },
        ),
        stat(
          'At their maximum',
          'Workloads that have as many replicas as they may have, and more than one: more load makes them slower. Raise maxReplicas where there is room.',
          'short',
          orZero(count(`${wanted} >= ${SERIES.maxReplicas}{${OF}} > 1`)),
          { limits: upTo(1, 5), alert: 'TesseraInferenceAtMaxReplicas' },
        ),
      ],
    },
    {
      title: 'Callers',
      panels: [
        areas('Requests by workload', 'Who is asked how much.', 'reqps', [
          { expr: sum(REQUESTS, 'project', 'workload'), legend: '{{project}}/{{workload}}' },
        ]),
        lines(
          'Latency',
          'Time from request to the end of the answer over all workloads, waiting for a replica included. A long answer is not a slow one: compare with the board of the workload.',
          's',
          latencies(OF),
        ),
        areas(
          'Answers by status',
          'Status codes of answers. 4xx are the callers, 502 and 504 replicas, 503 and 429 a lack of them.',
          'reqps',
          [{ expr: sum(REQUESTS, 'code'), legend: '{{code}}' }],
        ),
      ],
    },
    {
      title: 'Scaling',
      panels: [
        lines(
          'Replicas: wanted, existing, ready',
          'Wanted above existing means that replicas fit on no node; existing above ready that they start. If the gap stays, open the board Fleet.',
          'short',
          [
            { expr: sum(wanted), legend: 'wanted' },
            { expr: sum(`${SERIES.replicas}{${OF}}`), legend: 'existing' },
            { expr: sum(`${SERIES.readyReplicas}{${OF}}`), legend: 'ready' },
          ],
          { alert: 'TesseraInferenceNoReadyReplicas' },
        ),
        lines(
          'Asleep, and in panic mode',
          'Workloads at zero replicas, and those whose load rose so steeply that their number only grows for a while.',
          'short',
          [
            { expr: orZero(count(`${wanted} == 0`)), legend: 'asleep' },
            { expr: orZero(sum(`${SERIES.scalePanic}{${OF}}`)), legend: 'in panic mode' },
          ],
        ),
        lines(
          'Changes of the number of replicas',
          'Decisions per minute that changed how many replicas a workload is to have. Many without a change in load are flapping: a longer scaleDownDelay calms it.',
          'short',
          [
            {
              expr: `60 * ${sum(rate('tessera_scheduler_scale_changes_total'))}`,
              legend: 'changes per minute',
            },
          ],
          { alert: 'TesseraAutoscalerFlapping' },
        ),
      ],
    },
    {
      title: 'Cold starts',
      panels: [
        lines(
          'Time that requests waited',
          'Of the requests that gateways held in the last hour, the time until a replica took them or they were given up. Near the hold limit (TESSERA_GATEWAY_HOLD_MS) starts take too long.',
          's',
          [
            { expr: quantileOfHour(0.5, SERIES.gatewayHoldSeconds, OF), legend: 'p50' },
            { expr: quantileOfHour(0.95, SERIES.gatewayHoldSeconds, OF), legend: 'p95' },
          ],
        ),
        lines(
          'Start of a replica',
          'Of the starts of the last hour, time from the waiting request, else from the decision, until a replica took requests. It bounds how fast scaling can be; the next panel says where the time goes.',
          's',
          [
            { expr: quantileOfHour(0.5, 'tessera_scheduler_replica_start_seconds'), legend: 'p50' },
            { expr: quantileOfHour(0.95, 'tessera_scheduler_replica_start_seconds'), legend: 'p95' },
          ],
          { alert: 'TesseraColdStartsSlow' },
        ),
        areas(
          'Start by stage',
          'Mean time of each stage in the last hour: placed and bound are ours, pulled the image, started the container, ready the loading of the model, firstByte its first answer. A long pull asks for images on the nodes, a long ready for faster storage.',
          's',
          [
            {
              expr: meanOfHour('tessera_scheduler_replica_start_stage_seconds', 'stage'),
              legend: '{{stage}}',
            },
          ],
        ),
      ],
    },
    {
      title: 'Workloads',
      panels: [
        table(
          'Requests by workload now',
          'The busiest first. The board Workload shows one of them.',
          'reqps',
          sum(REQUESTS, 'project', 'workload'),
          { workload: 'Workload', project: 'Project', Value: 'Requests' },
          { more: 'tessera-workload' },
        ),
        table(
          'Requests that nobody served',
          'Refusals of the last hour by reason: timeout waited for a start that did not come in time, the others say what is missing. Zero rows are right.',
          'short',
          `${sum(grown(SERIES.gatewayRefusals, '1h', OF), 'project', 'workload', 'reason')} > 0`,
          { workload: 'Workload', project: 'Project', reason: 'Reason', Value: 'Refused in the last hour' },
        ),
      ],
    },
    {
      title: 'Tokens',
      panels: [
        lines('Tokens', 'Tokens per second by kind: in, of these cached by the server, and out.', 'short', [
          { expr: sum(rate(SERIES.gatewayTokens, OF), 'kind'), legend: '{{kind}}' },
        ]),
        lines(
          'Time to first token',
          'How long a caller looks at nothing. It grows with the queue of the server and with long prompts.',
          's',
          [
            { expr: quantile(0.5, SERIES.gatewayFirstTokenSeconds, STREAMED), legend: 'p50' },
            { expr: quantile(0.95, SERIES.gatewayFirstTokenSeconds, STREAMED), legend: 'p95' },
          ],
        ),
        lines(
          'Time between tokens',
          'How fast text appears. Above 0.1 s people read faster than it comes: fewer requests at once for each replica help.',
          's',
          [
            { expr: quantile(0.5, SERIES.gatewayTokenSeconds, OF), legend: 'p50' },
            { expr: quantile(0.95, SERIES.gatewayTokenSeconds, OF), legend: 'p95' },
          ],
        ),
      ],
    },
    {
      title: 'Affinity',
      panels: [
        areas(
          'Replicas chosen',
          'What replicas were chosen for: session and prefix because they know the session or the beginning of the prompt, with _moved although another one does, which is too loaded or gone. none: nothing spoke for one.',
          'reqps',
          [{ expr: sum(rate(SERIES.gatewayChoices, OF), 'choice'), legend: '{{choice}}' }],
        ),
        lines(
          'Requests at the replica that knows them',
          'Of the requests with a session or a known prompt, the share that went to its replica. Below 0.8 replicas are too loaded for their prompts, or come and go too often: prompts are computed again.',
          'percentunit',
          [{ expr: `(${kept}) >= 0`, legend: '{{project}}/{{workload}}' }],
        ),
      ],
    },
  ],
};
