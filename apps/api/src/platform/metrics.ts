import { deadLetterMetrics, outboxMetrics, retentionMetrics } from '@tessera/adapter-postgres';
import type { OutboxLag } from '@tessera/application-messaging';
import { Counter, Gauge, Histogram, type Registry } from '@tessera/platform-telemetry';

interface Sources {
  /** Gauges of the outbox backlog, read at each scrape. */
  readonly outbox: () => Promise<OutboxLag>;
}

/** The metrics of the API. */
export function apiMetrics(registry: Registry, sources: Sources) {
  const registers = [registry];
  return {
    ...outboxMetrics(registry, sources.outbox),
    deadLetters: deadLetterMetrics(registry),
    removed: retentionMetrics(registry),
    requestSeconds: new Histogram({
      name: 'tessera_api_request_duration_seconds',
      help: 'Time from request to answer, by operation and status.',
      labelNames: ['operation', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    logins: new Counter({
      name: 'tessera_api_logins_total',
      help: 'Requests for a token, by outcome: granted, refused, limited, failed.',
      labelNames: ['outcome'],
      registers,
    }),
    keysEncrypted: new Gauge({
      name: 'tessera_api_signing_keys_encrypted',
      help: '1 if signing keys are encrypted at rest, else 0.',
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
