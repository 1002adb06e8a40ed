import type { Scenario } from './scenario';

/** Services, events and the scheduler. */
export const CONTROL_PLANE: readonly Scenario[] = [
  {
    name: 'a service that does not respond any more',
    series: {
      'up{job="api", instance="a"}': '1x35 0x10',
      'tessera_build_info{job="api", instance="a", version="1"}': '1x35 _x10',
      'up{job="other", instance="b"}': '0x45',
    },
    fires: ['TesseraServiceDown'],
  },
  {
    name: 'a service that responds, and a target that is none of ours',
    series: {
      'up{job="api", instance="a"}': '1x45',
      'tessera_build_info{job="api", instance="a", version="1"}': '1x45',
      'up{job="other", instance="b"}': '0x45',
    },
    fires: [],
    silent: ['TesseraServiceDown'],
  },
  {
    name: 'a check that fails, and one that passes',
    series: {
      'tessera_check_failed{job="api", kind="readiness", check="outbox"}': '0x36 1x10',
      'tessera_check_failed{job="api", kind="liveness", check="outbox relay"}': '0x45',
    },
    fires: ['TesseraCheckFailed'],
  },
  {
    name: 'a check that failed for a minute',
    series: { 'tessera_check_failed{job="api", kind="readiness", check="outbox"}': '0x38 1x10' },
    fires: [],
    silent: ['TesseraCheckFailed', 'TesseraDatabaseUnreachable'],
  },
  {
    name: 'a database that is gone, which has an alert of its own',
    series: { 'tessera_check_failed{job="api", kind="readiness", check="database"}': '0x30 1x15' },
    fires: ['TesseraDatabaseUnreachable'],
  },
  {
    name: 'a service whose thread is full, and one with work',
    series: {
      'process_cpu_seconds_total{job="gateway", instance="a"}': '0+59x45',
      'process_cpu_seconds_total{job="gateway", instance="b"}': '0+30x45',
      'process_cpu_seconds_total{job="prometheus", instance="c"}': '0+90x45',
    },
    fires: ['TesseraServiceSaturated'],
  },
  {
    name: 'services at half a core, with a thread that answers',
    series: {
      'process_cpu_seconds_total{job="gateway", instance="b"}': '0+30x45',
      'nodejs_eventloop_lag_p99_seconds{job="gateway", instance="b"}': '0.02x45',
    },
    fires: [],
    silent: ['TesseraServiceSaturated', 'TesseraEventLoopSlow'],
  },
  {
    name: 'a thread on which requests wait',
    series: { 'nodejs_eventloop_lag_p99_seconds{job="api", instance="a"}': '0.02x30 0.9x15' },
    fires: ['TesseraEventLoopSlow'],
  },
  {
    name: 'an outbox that is behind',
    series: { 'tessera_outbox_oldest_seconds{job="api"}': '0x25 0+60x20' },
    fires: ['TesseraOutboxBehind'],
  },
  {
    name: 'an outbox with rows on their way, of which none is parked',
    series: {
      'tessera_outbox_oldest_seconds{job="api"}': '2x45',
      'tessera_outbox_parked{job="api"}': '0x45',
    },
    fires: [],
    silent: ['TesseraOutboxBehind', 'TesseraOutboxParked'],
  },
  {
    name: 'a parked row',
    series: {
      'tessera_outbox_parked{job="api"}': '0x35 1x10',
      'tessera_outbox_parked{job="scheduler"}': '0x45',
    },
    fires: ['TesseraOutboxParked'],
  },
  {
    name: 'the first dead letter of a topic, whose series is new',
    series: { 'tessera_dead_letters_total{job="api", topic="t", error="E"}': '_x35 1x10' },
    fires: ['TesseraDeadLetters'],
  },
  {
    name: 'a further dead letter',
    series: { 'tessera_dead_letters_total{job="api", topic="t", error="E"}': '3x35 4x10' },
    fires: ['TesseraDeadLetters'],
  },
  {
    name: 'dead letters of before',
    series: { 'tessera_dead_letters_total{job="api", topic="t", error="E"}': '3x45' },
    fires: [],
    silent: ['TesseraDeadLetters'],
  },
  {
    name: 'a consumer that handles nothing of what waits',
    series: {
      'tessera_consumer_lag_records{group="g", topic="t"}': '0x30 3x15',
      'tessera_consumer_records_total{group="g", topic="t"}': '100x45',
    },
    fires: ['TesseraConsumerBehind'],
  },
  {
    name: 'a consumer that is slower than what comes',
    series: {
      'tessera_consumer_lag_records{group="g", topic="t"}': '0+600x45',
      'tessera_consumer_records_total{group="g", topic="t"}': '0+1200x45',
    },
    fires: ['TesseraConsumerBehind'],
  },
  {
    name: 'a busy consumer that keeps up, and one without work',
    series: {
      'tessera_consumer_lag_records{group="g", topic="t"}': '500x45',
      'tessera_consumer_records_total{group="g", topic="t"}': '0+6000x45',
      'tessera_consumer_lag_records{group="h", topic="t"}': '0x45',
      'tessera_consumer_records_total{group="h", topic="t"}': '7x45',
    },
    fires: [],
    silent: ['TesseraConsumerBehind'],
  },
  {
    name: 'a leader and a standby',
    series: {
      'tessera_scheduler_leading{namespace="a", instance="1"}': '1x20 0x25',
      'tessera_scheduler_leading{namespace="a", instance="2"}': '0x20 1x25',
    },
    fires: [],
    silent: ['TesseraNoLeader'],
  },
  {
    name: 'no leader in one of two namespaces',
    series: {
      'tessera_scheduler_leading{namespace="a", instance="1"}': '1x45',
      'tessera_scheduler_leading{namespace="b", instance="2"}': '1x30 0x15',
    },
    fires: ['TesseraNoLeader'],
  },
  {
    name: 'schedulers that are gone',
    series: { 'tessera_scheduler_leading{namespace="a", instance="1"}': '1x20 stale' },
    fires: ['TesseraNoLeader'],
  },
  {
    name: 'reconciles that fail',
    series: {
      'tessera_scheduler_reconciled_total{instance="1"}': '0+10x45',
      'tessera_scheduler_reconcile_errors_total{instance="1"}': '0+9x45',
    },
    fires: ['TesseraReconcilesFail'],
  },
  {
    name: 'few reconciles that fail, and a standby',
    series: {
      'tessera_scheduler_reconciled_total{instance="1"}': '0+10x45',
      'tessera_scheduler_reconcile_errors_total{instance="1"}': '0+1x45',
      'tessera_scheduler_reconciled_total{instance="2"}': '0x45',
      'tessera_scheduler_reconcile_errors_total{instance="2"}': '0x45',
    },
    fires: [],
    silent: ['TesseraReconcilesFail'],
  },
  {
    name: 'a workload that is due for a reconcile for minutes',
    series: { 'tessera_scheduler_backlog_oldest_seconds{instance="1"}': '0x25 0+60x20' },
    fires: ['TesseraReconcilesLate'],
  },
  {
    name: 'workloads that wait for their quota',
    series: { 'tessera_scheduler_awaiting_quota{instance="1"}': '0x30 2x15' },
    fires: ['TesseraQuotaUnknown'],
  },
  {
    name: 'a scheduler that keeps up and knows every quota',
    series: {
      'tessera_scheduler_backlog_oldest_seconds{instance="1"}': '3x45',
      'tessera_scheduler_awaiting_quota{instance="1"}': '0x38 1x2 0x5',
    },
    fires: [],
    silent: ['TesseraReconcilesLate', 'TesseraQuotaUnknown'],
  },
  {
    name: 'a watch that receives nothing',
    series: { 'tessera_watch_silent_seconds{job="gateway"}': '30x30 30+60x15' },
    fires: ['TesseraWatchSilent'],
  },
  {
    name: 'a watch between two bookmarks',
    series: { 'tessera_watch_silent_seconds{job="gateway"}': '60x45' },
    fires: [],
    silent: ['TesseraWatchSilent'],
  },
  {
    name: 'watches that end again and again, and some that end in time',
    series: {
      'tessera_watch_ends_total{job="gateway", cause="failed"}': '0x15 0+1x30',
      'tessera_watch_ends_total{job="gateway", cause="expired"}': '0+1x45',
    },
    fires: ['TesseraWatchesEnd'],
  },
  {
    name: 'watches that end in time, and a connection that broke once',
    series: {
      'tessera_watch_ends_total{job="gateway", cause="failed"}': '0x15 3x30',
      'tessera_watch_ends_total{job="gateway", cause="expired"}': '0+1x45',
    },
    fires: [],
    silent: ['TesseraWatchesEnd'],
  },
];
