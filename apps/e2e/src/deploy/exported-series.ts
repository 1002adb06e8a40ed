import { GATEWAY_LABELS, SCHEDULER_LABELS, SERIES } from '@tessera/contracts-metrics';
import { APPS, read, sourcesBelow } from './deployed-files';

const SOURCES = [...APPS.map((app) => `apps/${app}/src`), 'libs'].flatMap(sourcesBelow);

/** Names of our own series that only apps and libs name, and those of the contract. */
const EXPORTED = new Set([
  ...SOURCES.flatMap((path) =>
    [...read(path).matchAll(/(?:name: |\bgauge\()\s*'(tessera_\w+)'/g)].map(([, name]) => name),
  ),
  ...Object.values(SERIES),
]);

/** Labels that some series of ours has, and those that Prometheus gives a target. */
export const LABELS: ReadonlySet<string> = new Set([
  ...SOURCES.flatMap((path) =>
    [...read(path).matchAll(/labelNames: \[([^\]]*)\]/g)].flatMap(([, names = '']) =>
      [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => name),
    ),
  ),
  ...Object.values({ ...GATEWAY_LABELS, ...SCHEDULER_LABELS }).flat(),
  ...['job', 'instance', 'namespace', 'le'],
  // Of dcgm-exporter.
  ...['Hostname', 'gpu', 'UUID'],
]);

/** True for a series that a service exposes, or that the contract expects of an exporter. */
export const isExported = (name: string): boolean =>
  EXPORTED.has(name) || EXPORTED.has(name.replace(/_(bucket|sum|count)$/, ''));
