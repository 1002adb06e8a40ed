import { Counter, Gauge, type Registry } from '@tessera/platform-telemetry';
import type { OutboxLag } from '@tessera/application-messaging';

/** What a service measures of its outbox; `lag` is asked at each scrape. */
export function outboxMetrics(registry: Registry, lag: () => Promise<OutboxLag>) {
  const registers = [registry];
  // All gauges of one scrape are asked at the same time, and one question answers all of them.
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

/** Counts what is removed because it is old. */
export const retentionMetrics = (registry: Registry) =>
  new Counter({
    name: 'tessera_retention_removed_total',
    help: 'Rows removed because they are older than they are kept, by what they are.',
    labelNames: ['what'],
    registers: [registry],
  });
