import { hostname } from 'node:os';
import { IMAGES } from '@tessera/dev-services/node';
import type { ExternalService, ExternalServicesContext } from './external/service';
import type { Ports } from './ports';
import type { PassedSetting, StackSettings } from './settings';
import { scrapeTargets } from './external/scraping';
import { localGuardrails } from './home/guardrails';
import { startService } from './service';

export interface ExternalServices {
  readonly postgres: ExternalService<string>;
  readonly kafka: ExternalService<string | null>;
  readonly kubernetes: ExternalService<string>;
  readonly prometheus: ExternalService<string | null>;
}

const at = (port: number): string => `http://127.0.0.1:${port}`;

type AddressName =
  'api' | 'gateway' | 'apiAdmin' | 'gatewayAdmin' | 'schedulerAdmin' | 'metrics' | 'scheduler';

/** Addresses of Tessera's own services. */
export const addresses = ({
  settings: { ports },
}: Pick<ExternalServicesContext, 'settings'>): Readonly<Record<AddressName, string>> => ({
  api: at(ports.api),
  gateway: at(ports.gateway),
  apiAdmin: at(ports.apiAdmin),
  gatewayAdmin: at(ports.gatewayAdmin),
  schedulerAdmin: at(ports.schedulerAdmin),
  metrics: at(ports.metrics),
  scheduler: at(ports.scheduler),
});

type Service = 'api' | 'scheduler' | 'metrics' | 'gateway';

/** Starts Tessera's services in parallel; resolves once all are ready. */
export async function startServices(
  context: ExternalServicesContext,
  external: ExternalServices,
): Promise<void> {
  const { settings, supervisor } = context;
  const env = environments(context, external);
  const start = (name: Service): Promise<void> =>
    supervisor.start({
      name,
      start: () =>
        startService({
          ...{ name, home: settings.home },
          ...portsOf(name, settings.ports),
          env: { ...env[name], ...settings.serviceSettings[name] },
        }),
    });
  // The API first: the metrics service reads the keys that verify its tokens, and it creates the topics.
  await start('api');
  await Promise.all([
    start('scheduler'),
    ...(settings.schedulers === '2' ? [secondScheduler(context, env.scheduler)] : []),
    start('metrics'),
    start('gateway'),
    ...(settings.gateways === '2' ? [secondGateway(context, env.gateway)] : []),
  ]);
}

/** A gateway with the settings of the first one, on ports of its own. */
function secondGateway(
  { settings, supervisor }: ExternalServicesContext,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { home, ports } = settings;
  const name = 'second-gateway';
  return supervisor.start({
    name,
    start: () =>
      startService({
        ...{ name, home },
        app: 'gateway',
        port: ports.secondGateway,
        readyPort: ports.secondGatewayAdmin,
        env: {
          ...env,
          TESSERA_GATEWAY_PORT: String(ports.secondGateway),
          TESSERA_GATEWAY_ADMIN_PORT: String(ports.secondGatewayAdmin),
          ...settings.serviceSettings[name],
        },
      }),
  });
}

/** A scheduler that stands by under an identity of its own, on ports of its own. */
function secondScheduler(
  { settings, secrets, supervisor }: ExternalServicesContext,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { home, ports } = settings;
  const name = 'second-scheduler';
  return supervisor.start({
    name,
    start: () =>
      startService({
        ...{ name, home },
        app: 'scheduler',
        port: ports.secondScheduler,
        readyPort: ports.secondSchedulerAdmin,
        env: {
          ...env,
          TESSERA_SCHEDULER_PORT: String(ports.secondScheduler),
          TESSERA_SCHEDULER_ADMIN_PORT: String(ports.secondSchedulerAdmin),
          TESSERA_SCHEDULER_IDENTITY: `${hostname()}-${secrets.schedulerIdentity}-second`,
          ...settings.serviceSettings[name],
        },
      }),
  });
}

/** The port of a service and the port of its readiness endpoint. */
const portsOf = (name: Service, ports: Ports) => ({ port: ports[name], readyPort: ports[`${name}Admin`] });

/** Pods of a simulated kubelet listen on loopback addresses; no other pods may be reached there. */
const hasSimulatedPods = ({ kubeconfig, kubernetes }: StackSettings): boolean =>
  kubeconfig === undefined && kubernetes !== 'node';

/**
 * Database URLs of the services for the local Postgres: each service has its own user, as in a deployment. An external
 * server is used with the URL it was given by.
 */
export function serviceDatabases(
  { settings, secrets }: Pick<ExternalServicesContext, 'settings' | 'secrets'>,
  kind: ExternalService<string>['kind'],
): { readonly api?: string; readonly scheduler?: string } {
  if (kind !== 'embedded') return {};
  const urlOf = (user: string, password: string): string =>
    `postgresql://${user}:${password}@127.0.0.1:${settings.ports.postgres}/postgres`;
  return {
    api: urlOf('tessera_api', secrets.apiDatabasePassword),
    scheduler: urlOf('tessera_scheduler', secrets.schedulerDatabasePassword),
  };
}

/** What each service is started with: ports, addresses of each other, users and keys. */
export function environments(
  context: Pick<ExternalServicesContext, 'settings' | 'secrets'>,
  external: ExternalServices,
): Readonly<Record<Service, Readonly<Partial<Record<PassedSetting, string | undefined>>>>> {
  const { settings, secrets } = context;
  const { ports } = settings;
  const urls = addresses(context);
  const databases = serviceDatabases(context, external.postgres.kind);
  const log = (own: string | undefined) => ({
    TESSERA_DATABASE_URL: own ?? external.postgres.address,
    TESSERA_KAFKA_BROKERS: external.kafka.address ?? undefined,
  });
  const guardrails = { TESSERA_GUARDRAILS_FILE: settings.guardrailsFile ?? localGuardrails(settings.home) };
  const kubernetes = { TESSERA_KUBECONFIG: external.kubernetes.address };
  return {
    api: {
      ...log(databases.api),
      ...guardrails,
      TESSERA_API_PORT: String(ports.api),
      TESSERA_API_ADMIN_PORT: String(ports.apiAdmin),
      TESSERA_API_PUBLIC_URL: urls.api,
      TESSERA_METRICS_URL: urls.metrics,
      TESSERA_SCHEDULER_URL: urls.scheduler,
      TESSERA_GATEWAY_PUBLIC_URL: urls.gateway,
      TESSERA_GATEWAY_REPORT_KEYS: secrets.gatewayReportKey,
      TESSERA_API_SEED: settings.apiSeed,
      TESSERA_APPLICATION_ID: secrets.application.id,
      TESSERA_APPLICATION_SECRET: secrets.application.secret,
      TESSERA_KEY_ENCRYPTION_KEY: secrets.keyEncryptionKey,
    },
    scheduler: {
      ...log(databases.scheduler),
      ...guardrails,
      ...kubernetes,
      TESSERA_SCHEDULER_PORT: String(ports.scheduler),
      TESSERA_SCHEDULER_ADMIN_PORT: String(ports.schedulerAdmin),
      TESSERA_API_PUBLIC_URL: urls.api,
      TESSERA_JWKS_URL: `${urls.api}/.well-known/jwks.json`,
      TESSERA_SCHEDULER_IDENTITY: `${hostname()}-${secrets.schedulerIdentity}`,
      TESSERA_GATEWAY_PUBLIC_URL: urls.gateway,
      TESSERA_GATEWAY_REPORT_KEYS: secrets.gatewayReportKey,
      TESSERA_METRICS_URL: urls.metrics,
      TESSERA_METRICS_QUERY_KEYS: secrets.metricsQueryKey,
      // There is no registry; this image is built into the real node.
      ...(settings.kubernetes === 'node' ? { TESSERA_RESERVATION_IMAGE: IMAGES.reservation } : {}),
    },
    metrics: {
      TESSERA_METRICS_PORT: String(ports.metrics),
      TESSERA_METRICS_ADMIN_PORT: String(ports.metricsAdmin),
      TESSERA_API_PUBLIC_URL: urls.api,
      TESSERA_JWKS_URL: `${urls.api}/.well-known/jwks.json`,
      TESSERA_METRICS_QUERY_KEYS: secrets.metricsQueryKey,
      TESSERA_PROMETHEUS_URL: external.prometheus.address ?? undefined,
      TESSERA_SCRAPE_TARGETS:
        external.prometheus.address === null ? scrapeTargets(settings).join(',') : undefined,
      TESSERA_SCRAPE_INTERVAL_MS: settings.scrapeIntervalMs,
    },
    gateway: {
      ...kubernetes,
      TESSERA_GATEWAY_PORT: String(ports.gateway),
      TESSERA_GATEWAY_ADMIN_PORT: String(ports.gatewayAdmin),
      // The console is a page of the API.
      TESSERA_GATEWAY_CORS_ORIGINS: urls.api,
      TESSERA_API_PUBLIC_URL: urls.api,
      TESSERA_JWKS_URL: `${urls.api}/.well-known/jwks.json`,
      TESSERA_GATEWAY_SCHEDULER_URLS: [
        urls.scheduler,
        ...(settings.schedulers === '2' ? [at(ports.secondScheduler)] : []),
      ].join(','),
      TESSERA_GATEWAY_API_URLS: urls.api,
      TESSERA_GATEWAY_REPORT_KEYS: secrets.gatewayReportKey,
      TESSERA_GATEWAY_SIMULATED_PODS: String(hasSimulatedPods(settings)),
    },
  };
}
