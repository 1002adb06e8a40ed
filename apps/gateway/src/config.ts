import { loadConfig, type Config } from '@tessera/platform-config';

const NAMES = [
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_GATEWAY_PORT',
  'TESSERA_GATEWAY_ADMIN_PORT',
  'TESSERA_GATEWAY_HOLD_MS',
  'TESSERA_GATEWAY_HOLD_LIMIT',
  'TESSERA_GATEWAY_HOLD_TOTAL',
  'TESSERA_GATEWAY_CONNECTIONS',
  'TESSERA_GATEWAY_HEAD_MS',
  'TESSERA_GATEWAY_IDLE_MS',
  'TESSERA_GATEWAY_SIMULATED_PODS',
  'TESSERA_GATEWAY_NAMESPACES',
  'TESSERA_TRUSTED_PROXIES',
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_OIDC_ISSUERS',
  'TESSERA_KUBECONFIG',
] as const;

export type GatewayConfig = Config<(typeof NAMES)[number]>;

/** The gateway's configuration; throws with every problem at once. */
export const gatewayConfig = (env: NodeJS.ProcessEnv): GatewayConfig => loadConfig(NAMES, env);
