import { loadConfig, type Config } from '@tessera/platform-config';

const NAMES = [
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_SCHEDULER_PORT',
  'TESSERA_SCHEDULER_RESYNC_MS',
  'TESSERA_DATABASE_URL',
  'TESSERA_DATABASE_POOL',
  'TESSERA_KAFKA_BROKERS',
  'TESSERA_KAFKA_SSL',
  'TESSERA_KAFKA_SASL_MECHANISM',
  'TESSERA_KAFKA_SASL_USERNAME',
  'TESSERA_KAFKA_SASL_PASSWORD',
  'TESSERA_TOPIC_PREFIX',
  'TESSERA_TOPIC_PARTITIONS',
  'TESSERA_TOPIC_REPLICATION',
  'TESSERA_CLUSTER_ID',
  'TESSERA_KUBECONFIG',
  'TESSERA_GATEWAY_PUBLIC_URL',
  'TESSERA_NODE_POOL_LABEL',
  'TESSERA_NODE_TYPE_LABEL',
  'TESSERA_PLACEMENT_POLICY',
] as const;

export type SchedulerConfig = Config<(typeof NAMES)[number]>;

/** The scheduler's configuration; throws with every problem at once. */
export const schedulerConfig = (env: NodeJS.ProcessEnv): SchedulerConfig => loadConfig(NAMES, env);
