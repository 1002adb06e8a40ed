import { Counter, Gauge, Registry } from '@tessera/platform-telemetry';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All series of one name. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

/** The page of an exporter in Prometheus' text format; a family without samples is omitted. */
export function renderPage(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, type, samples } of families) {
    // Without labels the registry would show a 0 without an owner.
    if (samples.length === 0) continue;
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const metric = new (type === 'counter' ? Counter : Gauge)({
      name,
      help,
      labelNames,
      registers: [registry],
    });
    for (const { labels, value } of samples) metric.inc(labels, value);
  }
  return registry.metrics();
}
