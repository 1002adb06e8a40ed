import { ConfigError, loadConfig, plainHttpProblems, type Config } from '@tessera/platform-config';

const NAMES = [
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_LIVENESS_MS',
  'TESSERA_METRICS_PORT',
  'TESSERA_METRICS_ADMIN_PORT',
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_JWKS_URL',
  'TESSERA_PLAIN_HTTP_HOSTS',
  'TESSERA_PROMETHEUS_URL',
  'TESSERA_PROMETHEUS_TOKEN',
  'TESSERA_PROMETHEUS_TIMEOUT_MS',
  'TESSERA_METRICS_SHARED_MS',
  'TESSERA_SCRAPE_TARGETS',
  'TESSERA_SCRAPE_INTERVAL_MS',
  'TESSERA_METRICS_RETENTION_MS',
  'TESSERA_METRICS_QUERY_KEYS',
  'TESSERA_SCALING_QUERIES_FILE',
] as const;

export type MetricsConfig = Config<(typeof NAMES)[number]>;

/** The configuration of the metrics service; throws with every problem at once. */
export function metricsConfig(env: NodeJS.ProcessEnv): MetricsConfig {
  const config = loadConfig(NAMES, env);
  const { TESSERA_PROMETHEUS_URL: url, TESSERA_PROMETHEUS_TOKEN: token } = config;
  if (url === undefined || token === undefined) return config;
  const prometheus = { setting: 'TESSERA_PROMETHEUS_URL', url, carries: 'TESSERA_PROMETHEUS_TOKEN' };
  const problems = plainHttpProblems([prometheus], config.TESSERA_PLAIN_HTTP_HOSTS);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
