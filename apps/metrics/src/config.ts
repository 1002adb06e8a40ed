import { loadConfig, type Config } from '@tessera/platform-config';

const NAMES = [
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_METRICS_PORT',
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_JWKS_URL',
  'TESSERA_PROMETHEUS_URL',
  'TESSERA_PROMETHEUS_TOKEN',
  'TESSERA_SCRAPE_TARGETS',
  'TESSERA_SCRAPE_INTERVAL_MS',
  'TESSERA_METRICS_RETENTION_MS',
] as const;

export type MetricsConfig = Config<(typeof NAMES)[number]>;

/** The configuration of the metrics service; throws with every problem at once. */
export const metricsConfig = (env: NodeJS.ProcessEnv): MetricsConfig => loadConfig(NAMES, env);
