import { KAFKA_VARIABLES } from '@tessera/adapter-kafka';
import { DATABASE_VARIABLES } from '@tessera/adapter-postgres';
import { ConfigError, loadConfig, type Config } from '@tessera/platform-config';
import { TRACES_VARIABLES } from '@tessera/platform-telemetry';

const NAMES = [
  ...KAFKA_VARIABLES,
  ...TRACES_VARIABLES,
  ...DATABASE_VARIABLES,
  'TESSERA_LIVENESS_MS',
  'TESSERA_OUTBOX_RETENTION_DAYS',
  'TESSERA_INBOX_RETENTION_DAYS',
  'TESSERA_GONE_RETENTION_DAYS',
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_SCHEDULER_PORT',
  'TESSERA_SCHEDULER_ADMIN_PORT',
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_JWKS_URL',
  'TESSERA_PLAIN_HTTP_HOSTS',
  'TESSERA_SCHEDULER_RESYNC_MS',
  'TESSERA_SCHEDULER_IDENTITY',
  'TESSERA_SCHEDULER_NAMESPACE',
  'TESSERA_TOPIC_PREFIX',
  'TESSERA_CLUSTER_ID',
  'TESSERA_KUBECONFIG',
  'TESSERA_GATEWAY_PUBLIC_URL',
  'TESSERA_PROJECT_NAMESPACES',
  'TESSERA_RESERVED_NAMESPACES',
  'TESSERA_HOLDER_NAMESPACE',
  'TESSERA_HOLDER_IMAGE',
  'TESSERA_HOLDER_COMMAND',
  'TESSERA_HOLDER_READY_MS',
  'TESSERA_MIG_DRAIN_MS',
  'TESSERA_MIG_STUCK_MS',
  'TESSERA_MIG_LIMIT_MS',
  'TESSERA_GPU_OPERATOR_NAMESPACE',
  'TESSERA_GPU_RUNTIME_CLASS',
  'TESSERA_GPU_DEVICE_NAMES',
  'TESSERA_GPU_MEMORY_ENFORCEMENT',
  'TESSERA_GUARDRAILS_FILE',
  'TESSERA_EXPOSED_URLS',
  'TESSERA_EXPOSED_URLS_BASE',
  'TESSERA_INGRESS_CLASS',
  'TESSERA_GATEWAY_PARENT',
  'TESSERA_NODE_LOST_MS',
  'TESSERA_NODE_POOL_LABEL',
  'TESSERA_NODE_TYPE_LABEL',
  'TESSERA_PLACEMENT_POLICY',
  'TESSERA_POOL_POLICIES',
] as const;

export type SchedulerConfig = Config<(typeof NAMES)[number]>;

/** The scheduler's configuration; throws with every problem at once. */
export function schedulerConfig(env: NodeJS.ProcessEnv): SchedulerConfig {
  const config = loadConfig(NAMES, env);
  if (config.TESSERA_EXPOSED_URLS === 'gateway' && config.TESSERA_GATEWAY_PARENT === undefined)
    throw new ConfigError([
      'TESSERA_GATEWAY_PARENT is required where TESSERA_EXPOSED_URLS is gateway: the Gateway that routes attach to, namespace/name',
    ]);
  return config;
}
