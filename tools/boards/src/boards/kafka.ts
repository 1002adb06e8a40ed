import { areas, lines, NEUTRAL, NONE, stat, table, upTo, type Board } from '../kit/board';
import { grown, max, orZero, rate, sum } from '../kit/promql';

/** Every member of a group, and every relay of an outbox, exports the same. */
const GROUP = ['group', 'topic'] as const;
const LAG = max('tessera_consumer_lag_records', ...GROUP);

export const KAFKA: Board = {
  uid: 'tessera-kafka',
  title: 'Tessera: Kafka',
  description: 'Do events flow: are they published, taken, and is any left aside?',
  rows: [
    {
      panels: [
        stat(
          'Largest lag',
          'Records that the group furthest behind has still to handle. See the group below; its service says at /readyz why (consumers).',
          'short',
          orZero(`max(${LAG})`),
          { limits: upTo(1_000, 10_000) },
        ),
        stat(
          'Oldest outbox row',
          'Age of the oldest row that waits to be published. The broker does not take it, or the relay does not run: see /readyz (outbox, event log).',
          's',
          orZero(max('tessera_outbox_oldest_seconds')),
          { limits: upTo(10, 60), alert: 'TesseraOutboxBehind' },
        ),
        stat(
          'Dead letters, last hour',
          'Records that could not be handled and were set aside. List them with tessera dlq list, remove the cause, replay them.',
          'short',
          orZero(sum(grown('tessera_dead_letters_total', '1h'))),
          { limits: NONE, decimals: 0, alert: 'TesseraDeadLetters' },
        ),
        stat(
          'Parked rows',
          'Rows larger than their topic takes: they wait for a person. Raise max.message.bytes of the topic and release them.',
          'short',
          orZero(max('tessera_outbox_parked')),
          { limits: NONE, alert: 'TesseraOutboxParked' },
        ),
        stat(
          'Published',
          'Records per second that left the outboxes.',
          'wps',
          sum(rate('tessera_outbox_published_total')),
          { limits: NEUTRAL, decimals: 1 },
        ),
        stat(
          'Handled',
          'Records per second that consumer groups have handled, all groups together.',
          'rps',
          sum(`max by (group, topic) (${rate('tessera_consumer_records_total')})`),
          { limits: NEUTRAL, decimals: 1 },
        ),
      ],
    },
    {
      title: 'Consumers',
      panels: [
        lines(
          'Lag by group',
          'Records that each group has still to handle. Rising without end: the group stands still, or is too slow for what comes.',
          'short',
          [{ expr: LAG, legend: '{{group}}: {{topic}}' }],
          { width: 12, alert: 'TesseraConsumerBehind' },
        ),
        areas(
          'Handled by group',
          'Records per second. A group at 0 with a lag stands still.',
          'rps',
          [{ expr: max(rate('tessera_consumer_records_total'), ...GROUP), legend: '{{group}}: {{topic}}' }],
          { width: 12 },
        ),
        table(
          'Groups',
          'Lag of each group and topic now.',
          'short',
          LAG,
          { group: 'Group', topic: 'Topic', Value: 'Records behind' },
          { width: 12, limits: upTo(1_000, 10_000) },
        ),
        areas(
          'Records by topic',
          'Records per second that came into each topic that our groups read.',
          'wps',
          [{ expr: max(rate('tessera_topic_records_total'), 'topic'), legend: '{{topic}}' }],
          { width: 12 },
        ),
      ],
    },
    {
      title: 'Outboxes',
      panels: [
        lines('Rows that wait', 'Rows of each outbox that are not published yet.', 'short', [
          { expr: max('tessera_outbox_rows', 'service'), legend: '{{service}}' },
        ]),
        lines(
          'Age of the oldest row',
          'How late the events of each service are.',
          's',
          [{ expr: max('tessera_outbox_oldest_seconds', 'service'), legend: '{{service}}' }],
          { alert: 'TesseraOutboxBehind' },
        ),
        areas('Published by service', 'Records per second.', 'wps', [
          { expr: sum(rate('tessera_outbox_published_total'), 'service'), legend: '{{service}}' },
        ]),
      ],
    },
    {
      title: 'What was set aside',
      panels: [
        areas(
          'Dead letters of the hour before, by topic',
          'Records that were set aside in the hour before each point, by the topic that they came from and the error. Undecodable is a foreign or broken record, the others name our own error.',
          'short',
          [
            {
              expr: sum(grown('tessera_dead_letters_total', '1h'), 'topic', 'error'),
              legend: '{{topic}}: {{error}}',
            },
          ],
          { width: 12, alert: 'TesseraDeadLetters' },
        ),
        table(
          'Dead letters since the start',
          'All that a service has set aside since it was started.',
          'short',
          sum('tessera_dead_letters_total', 'service', 'topic', 'error'),
          { service: 'Service', topic: 'Topic', error: 'Error', Value: 'Records' },
          { width: 12 },
        ),
      ],
    },
  ],
};
