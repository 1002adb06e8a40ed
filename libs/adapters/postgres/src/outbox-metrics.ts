import { Counter, Gauge, type Registry } from '@tessera/platform-telemetry';
import type { OutboxLag } from '@tessera/application-messaging';

/** Metrics of a service's outbox; `lag` is called at each scrape. */
export function outboxMetrics(registry: Registry, lag: () => Promise<OutboxLag>) {
  const registers = [registry];
  // All gauges of a scrape are read at the same time, so one query serves all of them.
  let asked: Promise<OutboxLag> | undefined;
  const ask = (): Promise<OutboxLag> => (asked ??= lag().finally(() => (asked = undefined)));
  const gauge = (name: string, help: string, valueOf: (now: OutboxLag) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(valueOf(await ask()));
      },
    });
  };
  gauge('tessera_outbox_rows', 'Outbox rows that wait to be published.', ({ rows }) => rows);
  gauge(
    'tessera_outbox_oldest_seconds',
    'Age of the oldest outbox row that waits.',
    ({ oldestMs }) => oldestMs / 1000,
  );
  gauge(
    'tessera_outbox_parked',
    'Outbox rows larger than their topic takes: they wait for a person, and nobody waits for them.',
    ({ parked }) => parked,
  );
  return {
    published: new Counter({
      name: 'tessera_outbox_published_total',
      help: 'Outbox rows published.',
      registers,
    }),
  };
}

/** Counts records that a consumer moved to a dead-letter topic. */
export const deadLetterMetrics = (registry: Registry) =>
  new Counter({
    name: 'tessera_dead_letters_total',
    help: 'Records moved to a dead-letter topic, by the topic that they came from and the type of error.',
    labelNames: ['topic', 'error'],
    registers: [registry],
  });

/** Counts rows removed by retention. */
export const retentionMetrics = (registry: Registry) =>
  new Counter({
    name: 'tessera_retention_removed_total',
    help: 'Rows removed by retention, by kind.',
    labelNames: ['what'],
    registers: [registry],
  });
