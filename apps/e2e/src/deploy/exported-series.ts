import { SERIES } from '@tessera/contracts-metrics';
import { APPS, read, sourcesBelow } from './deployed-files';

/** Names of our own series that only apps and libs name, and those of the contract. */
const EXPORTED = new Set([
  ...[...APPS.map((app) => `apps/${app}/src`), 'libs']
    .flatMap(sourcesBelow)
    .flatMap((path) =>
      [...read(path).matchAll(/(?:name: |\bgauge\()\s*'(tessera_\w+)'/g)].map(([, name]) => name),
    ),
  ...Object.values(SERIES),
]);

/** True for a series that a service exposes, or that the contract expects of an exporter. */
export const isExported = (name: string): boolean =>
  EXPORTED.has(name) || EXPORTED.has(name.replace(/_(bucket|sum|count)$/, ''));
