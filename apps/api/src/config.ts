import { KAFKA_VARIABLES } from '@tessera/adapter-kafka';
import { DATABASE_VARIABLES } from '@tessera/adapter-postgres';
import {
  ConfigError,
  loadConfig,
  plainHttpProblems,
  servingHostProblems,
  type Address,
  type Config,
} from '@tessera/platform-config';
import { TRACES_VARIABLES } from '@tessera/platform-telemetry';

const NAMES = [
  ...KAFKA_VARIABLES,
  ...TRACES_VARIABLES,
  ...DATABASE_VARIABLES,
  'TESSERA_LIVENESS_MS',
  'TESSERA_AUDIT_RETENTION_DAYS',
  'TESSERA_HISTORY_RETENTION_DAYS',
  'TESSERA_OUTBOX_RETENTION_DAYS',
  'TESSERA_INBOX_RETENTION_DAYS',
  'TESSERA_USAGE_RETENTION_DAYS',
  'TESSERA_PRICES_FILE',
  'TESSERA_IDLE_BELOW_PERCENT',
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_API_PORT',
  'TESSERA_API_ADMIN_PORT',
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_GATEWAY_PUBLIC_URL',
  'TESSERA_GATEWAY_DOMAIN',
  'TESSERA_GATEWAY_REPORT_KEYS',
  'TESSERA_GUARDRAILS_FILE',
  'TESSERA_EXPOSED_URLS_BASE',
  'TESSERA_METRICS_URL',
  'TESSERA_SCHEDULER_URL',
  'TESSERA_CLUSTER_SCHEDULERS',
  'TESSERA_PLAIN_HTTP_HOSTS',
  'TESSERA_TOPIC_PREFIX',
  'TESSERA_NODE_POOL_LABEL',
  'TESSERA_GPU_MEMORY_ENFORCEMENT',
  'TESSERA_RESERVED_NAMESPACES',
  'TESSERA_APPLICATION_ID',
  'TESSERA_APPLICATION_SECRET',
  'TESSERA_KEY_ENCRYPTION_KEY',
  'TESSERA_API_SEED',
  'TESSERA_TOKEN_TTL_SECONDS',
  'TESSERA_OIDC_ISSUERS',
  'TESSERA_CONSOLE_OIDC_CLIENTS',
  'TESSERA_TRUSTED_PROXIES',
  'TESSERA_RATE_LIMIT_PER_MINUTE',
  'TESSERA_EVENT_STREAMS_PER_SUBJECT',
  'TESSERA_LOG_STREAMS_PER_SUBJECT',
  'TESSERA_LOGINS_PER_MINUTE',
  'TESSERA_REFUSED_TOKENS_PER_MINUTE',
  'TESSERA_AUDIT_REFUSALS_MS',
  'TESSERA_BODY_LIMIT_BYTES',
  'TESSERA_REQUEST_TIMEOUT_MS',
] as const;

export type ApiConfig = Config<(typeof NAMES)[number]>;

/** The API's configuration; throws with every problem at once. */
export function apiConfig(env: NodeJS.ProcessEnv): ApiConfig {
  const config = loadConfig(NAMES, env);
  const problems = [
    ...builtInAmongForeign(config),
    ...clientsOfNoIssuer(config),
    ...servingHostProblems(config),
    ...plainHttpProblems(secretAddresses(config), config.TESSERA_PLAIN_HTTP_HOSTS),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function builtInAmongForeign({
  TESSERA_API_PUBLIC_URL: own,
  TESSERA_OIDC_ISSUERS: issuers,
}: ApiConfig): string[] {
  if (issuers.every(({ issuer }) => issuer !== own)) return [];
  return [
    `TESSERA_OIDC_ISSUERS names ${own}, which is the built-in issuer (TESSERA_API_PUBLIC_URL); leave it out`,
  ];
}

/** People would sign in, and the API would refuse their tokens. */
const clientsOfNoIssuer = ({
  TESSERA_OIDC_ISSUERS: issuers,
  TESSERA_CONSOLE_OIDC_CLIENTS: clients,
}: ApiConfig): string[] =>
  clients
    .filter((client) => issuers.every(({ issuer }) => issuer !== client.issuer))
    .map(
      ({ issuer }) =>
        `TESSERA_CONSOLE_OIDC_CLIENTS names ${issuer}, whose tokens the API does not accept; add it to TESSERA_OIDC_ISSUERS, written the same way`,
    );

/** URLs to which the API sends its own tokens, or from which it fetches keys. */
const secretAddresses = (config: ApiConfig): readonly Address[] => [
  { setting: 'TESSERA_METRICS_URL', url: config.TESSERA_METRICS_URL, carries: 'tokens' },
  { setting: 'TESSERA_SCHEDULER_URL', url: config.TESSERA_SCHEDULER_URL, carries: 'tokens' },
  ...Object.values(config.TESSERA_CLUSTER_SCHEDULERS).map((url) => ({
    setting: 'TESSERA_CLUSTER_SCHEDULERS',
    url,
    carries: 'tokens',
  })),
  ...config.TESSERA_OIDC_ISSUERS.map(({ issuer }) => ({
    setting: 'TESSERA_OIDC_ISSUERS',
    url: issuer,
    carries: 'the keys that verify tokens',
  })),
];
