import { loadConfig, type Config } from '@tessera/platform-config';

const NAMES = [
  'TESSERA_LOG_LEVEL',
  'TESSERA_HOST',
  'TESSERA_GATEWAY_PORT',
  'TESSERA_GATEWAY_HOLD_MS',
  'TESSERA_KUBECONFIG',
] as const;

export type GatewayConfig = Config<(typeof NAMES)[number]>;

/** The gateway's configuration; throws with every problem at once. */
export const gatewayConfig = (env: NodeJS.ProcessEnv): GatewayConfig => loadConfig(NAMES, env);
