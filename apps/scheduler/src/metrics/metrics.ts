import { deadLetterMetrics, outboxMetrics, retentionMetrics } from '@tessera/adapter-postgres';
import type { OutboxLag } from '@tessera/application-messaging';
import { Counter, Histogram, type Registry } from '@tessera/platform-telemetry';

/** From our own share of a start to models that load for minutes, s. */
const START_BUCKETS = [0.005, 0.025, 0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1_800];

/** The scheduler's metrics about itself. `outbox` reads the rows that wait in the outbox, at each scrape. */
export function schedulerMetrics(registry: Registry, outbox: () => Promise<OutboxLag>) {
  const registers = [registry];
  return {
    ...outboxMetrics(registry, outbox),
    deadLetters: deadLetterMetrics(registry),
    removed: retentionMetrics(registry),
    decisions: new Counter({
      name: 'tessera_scheduler_decisions_total',
      help: 'Placement decisions by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    decisionSeconds: new Histogram({
      name: 'tessera_scheduler_decision_duration_seconds',
      help: 'Duration of one placement decision.',
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1],
      registers,
    }),
    passes: new Counter({
      name: 'tessera_scheduler_reconciled_total',
      help: 'Reconciles started.',
      registers,
    }),
    failures: new Counter({
      name: 'tessera_scheduler_reconcile_errors_total',
      help: 'Reconciles that failed and are retried.',
      registers,
    }),
    healed: new Counter({
      name: 'tessera_overfull_devices_healed_total',
      help: 'Pods that were ended because their device was given away more than once, by cause.',
      labelNames: ['cause'],
      registers,
    }),
    scaleChanges: new Counter({
      name: 'tessera_scheduler_scale_changes_total',
      help: 'Decisions at a tick that changed the number of replicas of a workload.',
      registers,
    }),
    scaleTickSeconds: new Histogram({
      name: 'tessera_scheduler_scale_tick_duration_seconds',
      help: 'Duration of one tick, which decides on every workload.',
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25],
      registers,
    }),
    startSeconds: new Histogram({
      name: 'tessera_scheduler_replica_start_seconds',
      help: 'Seconds from the waiting request, else from the decision, until a started replica was ready or sent its first byte.',
      buckets: START_BUCKETS,
      registers,
    }),
    startStageSeconds: new Histogram({
      name: 'tessera_scheduler_replica_start_stage_seconds',
      help: 'Duration of each stage of the start of a replica: held, decided, placed, bound, pulled, started, ready, firstByte.',
      labelNames: ['stage'],
      buckets: START_BUCKETS,
      registers,
    }),
    commands: new Counter({
      name: 'tessera_scheduler_commands_total',
      help: 'Commands consumed, by event name.',
      labelNames: ['name'],
      registers,
    }),
  };
}

export type SchedulerMetrics = ReturnType<typeof schedulerMetrics>;
