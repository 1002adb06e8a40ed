import { Counter, Gauge, Histogram, type Registry } from '@tessera/platform-telemetry';

/** The metrics of the metrics service. */
export function metricsOfMetrics(registry: Registry) {
  const registers = [registry];
  return {
    requestSeconds: new Histogram({
      name: 'tessera_metrics_request_duration_seconds',
      help: 'Time from request to answer, by what was measured and status.',
      labelNames: ['scope', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 15],
      registers,
    }),
    queries: new Counter({
      name: 'tessera_metrics_prometheus_queries_total',
      help: 'Queries to Prometheus, by outcome: read, warned, refused, failed, or skipped while the circuit is open.',
      labelNames: ['outcome'],
      registers,
    }),
    scrapes: new Counter({
      name: 'tessera_metrics_scrapes_total',
      help: 'Scrapes of targets, by target and whether they could be read.',
      labelNames: ['target', 'ok'],
      registers,
    }),
    storedSeries: new Gauge({
      name: 'tessera_metrics_stored_series',
      help: 'Series that are held in memory.',
      registers,
    }),
    storedChanges: new Gauge({
      name: 'tessera_metrics_stored_changes',
      help: 'Value changes that are held in memory.',
      registers,
    }),
  };
}

export type MetricsOfMetrics = ReturnType<typeof metricsOfMetrics>;
