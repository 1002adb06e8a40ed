import { Counter, Gauge, type Registry } from '@tessera/platform-telemetry';
import type { OutboxLag } from '@tessera/application-messaging';

/** What a service measures of its outbox; `lag` is asked at each scrape. */
export function outboxMetrics(registry: Registry, lag: () => Promise<OutboxLag>) {
  const registers = [registry];
  new Gauge({
    name: 'tessera_outbox_rows',
    help: 'Outbox rows that wait to be published.',
    registers,
    async collect() {
      const { rows, oldestMs, parked: aside } = await lag();
      this.set(rows);
      oldest.set(oldestMs / 1000);
      parked.set(aside);
    },
  });
  const oldest = new Gauge({
    name: 'tessera_outbox_oldest_seconds',
    help: 'Age of the oldest outbox row that waits.',
    registers,
  });
  const parked = new Gauge({
    name: 'tessera_outbox_parked',
    help: 'Outbox rows larger than their topic takes: they wait for a person, and nobody waits for them.',
    registers,
  });
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
