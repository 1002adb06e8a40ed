import { ISSUER_VARIABLES } from '@tessera/adapter-oidc';
import { ConfigError, loadConfig, type Config } from '@tessera/platform-config';

const NAMES = [
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_GATEWAY_PORT',
  'TESSERA_GATEWAY_ADMIN_PORT',
  'TESSERA_GATEWAY_LOCAL_PORT',
  'TESSERA_GATEWAY_TLS_CERT_FILE',
  'TESSERA_GATEWAY_TLS_KEY_FILE',
  'TESSERA_GATEWAY_DOMAIN',
  'TESSERA_EXPOSED_URLS_BASE',
  'TESSERA_GATEWAY_CORS_ORIGINS',
  'TESSERA_GATEWAY_TOKEN_PROJECTS',
  'TESSERA_GATEWAY_HOLD_MS',
  'TESSERA_GATEWAY_HOLD_LIMIT',
  'TESSERA_GATEWAY_HOLD_TOTAL',
  'TESSERA_GATEWAY_REQUEST_MS',
  'TESSERA_GATEWAY_REQUESTS',
  'TESSERA_GATEWAY_FIRST_BYTE_MS',
  'TESSERA_GATEWAY_STREAM_IDLE_MS',
  'TESSERA_GATEWAY_BODY_BYTES',
  'TESSERA_GATEWAY_LEAST_BYTES',
  'TESSERA_GATEWAY_QUIET_PATHS',
  'TESSERA_GATEWAY_SESSION_HEADER',
  'TESSERA_GATEWAY_CONNECTIONS',
  'TESSERA_GATEWAY_HEAD_MS',
  'TESSERA_GATEWAY_IDLE_MS',
  'TESSERA_GATEWAY_USAGE_MS',
  'TESSERA_GATEWAY_SIMULATED_PODS',
  'TESSERA_GATEWAY_NAMESPACES',
  'TESSERA_GATEWAY_SCHEDULER_URLS',
  'TESSERA_GATEWAY_API_URLS',
  'TESSERA_GATEWAY_REPORT_KEYS',
  'TESSERA_SCHEDULER_NAMESPACE',
  'TESSERA_CLUSTER_ID',
  'TESSERA_TRUSTED_PROXIES',
  ...ISSUER_VARIABLES,
  'TESSERA_OIDC_ISSUERS',
  'TESSERA_KUBECONFIG',
  'TESSERA_WATCH_SILENCE_MS',
] as const;

export type GatewayConfig = Config<(typeof NAMES)[number]>;

/** The gateway's configuration; throws a `ConfigError` with all problems. */
export function gatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const config = loadConfig(NAMES, env);
  const unsigned = (['TESSERA_GATEWAY_SCHEDULER_URLS', 'TESSERA_GATEWAY_API_URLS'] as const).filter(
    (name) => config[name].length > 0 && config.TESSERA_GATEWAY_REPORT_KEYS.length === 0,
  );
  if (unsigned.length > 0)
    throw new ConfigError(
      unsigned.map(
        (name) =>
          `TESSERA_GATEWAY_REPORT_KEYS is required where ${name} is set: it signs the messages of this gateway; set the same key as in the scheduler and the API`,
      ),
    );
  if (
    (config.TESSERA_GATEWAY_TLS_CERT_FILE === undefined) !==
    (config.TESSERA_GATEWAY_TLS_KEY_FILE === undefined)
  )
    throw new ConfigError([
      'TESSERA_GATEWAY_TLS_CERT_FILE and TESSERA_GATEWAY_TLS_KEY_FILE belong together; set both or neither',
    ]);
  return config;
}
