import { ConfigError, type VariableName } from '@tessera/platform-config';

/** Settings of the services that the local platform chooses: ports, addresses of each other, users, keys. */
const CHOSEN = [
  'TESSERA_API_PORT',
  'TESSERA_API_ADMIN_PORT',
  'TESSERA_API_PUBLIC_URL',
  'TESSERA_APPLICATION_ID',
  'TESSERA_APPLICATION_SECRET',
  'TESSERA_GATEWAY_ADMIN_PORT',
  'TESSERA_GATEWAY_API_URLS',
  'TESSERA_GATEWAY_CORS_ORIGINS',
  'TESSERA_GATEWAY_PORT',
  'TESSERA_GATEWAY_PUBLIC_URL',
  'TESSERA_GATEWAY_REPORT_KEYS',
  'TESSERA_GATEWAY_SCHEDULER_URLS',
  'TESSERA_GATEWAY_SIMULATED_PODS',
  'TESSERA_JWKS_URL',
  'TESSERA_KEY_ENCRYPTION_KEY',
  'TESSERA_METRICS_ADMIN_PORT',
  'TESSERA_METRICS_PORT',
  'TESSERA_METRICS_QUERY_KEYS',
  'TESSERA_METRICS_URL',
  'TESSERA_SCHEDULER_ADMIN_PORT',
  'TESSERA_SCHEDULER_IDENTITY',
  'TESSERA_SCHEDULER_PORT',
  'TESSERA_SCHEDULER_URL',
  'TESSERA_SIMULATOR_API',
  'TESSERA_SIMULATOR_API_PORT',
  'TESSERA_SIMULATOR_CERTIFICATE',
  'TESSERA_SIMULATOR_KUBECONFIG_OUT',
  'TESSERA_SIMULATOR_KUBELET_PORT',
  'TESSERA_SIMULATOR_TOKEN',
] as const satisfies readonly VariableName[];

export type ChosenSetting = (typeof CHOSEN)[number];

/** Throws one error that names every chosen setting that the environment sets too: its value would have no effect. */
export function assertNotChosen(env: NodeJS.ProcessEnv): void {
  const set = CHOSEN.flatMap((name) => [name, `${name}_FILE`]).filter((name) => (env[name] ?? '') !== '');
  if (set.length > 0)
    throw new ConfigError(
      set.map(
        (name) =>
          `${name} has no effect: the local platform chooses it (TESSERA_PORT_BASE moves all ports); unset it`,
      ),
    );
}
