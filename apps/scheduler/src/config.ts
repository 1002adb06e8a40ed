import { KAFKA_VARIABLES } from '@tessera/adapter-kafka';
import { DATABASE_VARIABLES } from '@tessera/adapter-postgres';
import { ConfigError, loadConfig, servingHostProblems, type Config } from '@tessera/platform-config';
import { TRACES_VARIABLES } from '@tessera/platform-telemetry';
import { checkPolicies, type PlacementPolicies } from './placement-policies';

const NAMES = [
  ...KAFKA_VARIABLES,
  ...TRACES_VARIABLES,
  ...DATABASE_VARIABLES,
  'TESSERA_LIVENESS_MS',
  'TESSERA_OUTBOX_RETENTION_DAYS',
  'TESSERA_INBOX_RETENTION_DAYS',
  'TESSERA_TOMBSTONE_RETENTION_DAYS',
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
  'TESSERA_WATCH_SILENCE_MS',
  'TESSERA_GATEWAY_PUBLIC_URL',
  'TESSERA_GATEWAY_DOMAIN',
  'TESSERA_PROJECT_NAMESPACES',
  'TESSERA_RESERVED_NAMESPACES',
  'TESSERA_RESERVATION_NAMESPACE',
  'TESSERA_RESERVATION_IMAGE',
  'TESSERA_RESERVATION_COMMAND',
  'TESSERA_RESERVATION_READY_MS',
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
  'TESSERA_NODE_LOSS_THRESHOLD',
  'TESSERA_NODE_LOSS_PER_SECOND',
  'TESSERA_NODE_LOSS_DISRUPTED_PER_SECOND',
  'TESSERA_KEEP_NODE_AFTER_MS',
  'TESSERA_SCALING_WINDOW_MS',
  'TESSERA_DRAIN_MS',
  'TESSERA_PRE_STOP_SECONDS',
  'TESSERA_GATEWAY_REPORT_KEYS',
  'TESSERA_METRICS_URL',
  'TESSERA_METRICS_QUERY_KEYS',
  'TESSERA_NODE_POOL_LABEL',
  'TESSERA_NODE_TYPE_LABEL',
  'TESSERA_PLACEMENT_POLICY',
  'TESSERA_POOL_POLICIES',
] as const;

export type SchedulerConfig = Omit<Config<(typeof NAMES)[number]>, keyof PlacementPolicies> &
  PlacementPolicies;

/** The scheduler's configuration; throws one error that lists every problem. */
export function schedulerConfig(env: NodeJS.ProcessEnv): SchedulerConfig {
  const config = loadConfig(NAMES, env);
  const { policies, problems: policyProblems } = checkPolicies(config);
  const problems = [
    ...policyProblems,
    ...servingHostProblems(config),
    ...(config.TESSERA_EXPOSED_URLS === 'gateway' && config.TESSERA_GATEWAY_PARENT === undefined
      ? [
          'TESSERA_GATEWAY_PARENT is required where TESSERA_EXPOSED_URLS is gateway: the Gateway that routes attach to, namespace/name',
        ]
      : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ ...config, ...policies });
}
