import type { TracesOptions } from './start-tracing';

/** Settings of trace export. */
export const TRACES_VARIABLES = ['TESSERA_TRACES_ENDPOINT', 'TESSERA_TRACES_RATIO'] as const;

/** Reads them from a service's configuration. */
export const tracesFrom = (
  config: {
    readonly TESSERA_TRACES_ENDPOINT?: string | undefined;
    readonly TESSERA_TRACES_RATIO: number;
  },
  service: string,
  version: string,
): TracesOptions => ({
  endpoint: config.TESSERA_TRACES_ENDPOINT,
  ratio: config.TESSERA_TRACES_RATIO,
  service,
  version,
});
