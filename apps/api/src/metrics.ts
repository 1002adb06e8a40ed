import { Counter, Gauge, Histogram, type Registry } from '@tessera/platform-telemetry';

interface Sources {
  /** What waits in the outbox; asked at each scrape. */
  readonly outbox: () => Promise<{ readonly rows: number; readonly oldestMs: number }>;
}

/** What the API measures of itself. */
export function apiMetrics(registry: Registry, sources: Sources) {
  const registers = [registry];
  new Gauge({
    name: 'tessera_outbox_rows',
    help: 'Outbox rows that wait to be published.',
    registers,
    async collect() {
      const { rows, oldestMs } = await sources.outbox();
      this.set(rows);
      oldest.set(oldestMs / 1000);
    },
  });
  const oldest = new Gauge({
    name: 'tessera_outbox_oldest_seconds',
    help: 'Age of the oldest outbox row that waits.',
    registers,
  });
  return {
    requestSeconds: new Histogram({
      name: 'tessera_api_request_duration_seconds',
      help: 'Time from request to answer, by operation and status.',
      labelNames: ['operation', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    published: new Counter({
      name: 'tessera_outbox_published_total',
      help: 'Outbox rows published.',
      registers,
    }),
    projected: new Counter({
      name: 'tessera_api_projected_total',
      help: 'Records of the event log applied.',
      registers,
    }),
  };
}

export type ApiMetrics = ReturnType<typeof apiMetrics>;
