import { loadConfig, type Config } from '@tessera/platform-config';

const NAMES = [
  'TESSERA_HOST',
  'TESSERA_LOG_LEVEL',
  'TESSERA_KUBECONFIG',
  'TESSERA_SIMULATOR_API',
  'TESSERA_SIMULATOR_API_PORT',
  'TESSERA_SIMULATOR_KUBELET_PORT',
  'TESSERA_SIMULATOR_KUBECONFIG_OUT',
  'TESSERA_SIMULATOR_TOKEN',
  'TESSERA_SIMULATOR_CERTIFICATE',
  'TESSERA_SIMULATOR_NODES',
  'TESSERA_SIMULATOR_PULL_MS',
  'TESSERA_SIMULATOR_START_MS',
  'TESSERA_SIMULATOR_MIG_MS',
] as const;

export type SimulatorConfig = Config<(typeof NAMES)[number]>;

/** The simulator's environment variables; throws with every problem at once. */
export const simulatorConfig = (env: Readonly<Record<string, string | undefined>>): SimulatorConfig =>
  loadConfig(NAMES, env);
