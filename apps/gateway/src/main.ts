import { randomUUID } from 'node:crypto';
import {
  connectKubernetes,
  GatewayLease,
  watchMetrics,
  type KubernetesConnection,
} from '@tessera/adapter-kubernetes';
import { AUDIENCE, createTokenVerifier, serviceIssuerOf } from '@tessera/adapter-oidc';
import { GatewayFeedClient, SchedulerReports } from '@tessera/adapter-services/gateway';
import { maybe } from '@tessera/kernel';
import { listen, trustedProxies } from '@tessera/platform-http';
import { dieOnUnhandled, Health, onShutdown, systemClock } from '@tessera/platform-lifecycle';
import { createLogger, type Logger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { version } from '../package.json';
import { gatewayConfig, type GatewayConfig } from './config';
import { KnownCallers } from './access/known-callers';
import { collectGarbageLessOften } from './garbage-collection';
import { CertificateFiles } from './listener/certificate-files';
import { createGateway, type GatewayDependencies } from './gateway';
import { PodReplicas } from './pods/pod-replicas';

async function main(): Promise<void> {
  collectGarbageLessOften();
  const config = gatewayConfig(process.env);
  const logger = createLogger('gateway', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const connection = connectKubernetes(config.TESSERA_KUBECONFIG, 'gateway', {
    watchSilenceMs: config.TESSERA_WATCH_SILENCE_MS,
  });
  const registry = createRegistry('gateway', version);
  watchMetrics(registry, connection.watches);
  const { TESSERA_GATEWAY_SIMULATED_PODS: simulatedPods, TESSERA_GATEWAY_NAMESPACES: namespaces } = config;
  const { TESSERA_GATEWAY_TLS_CERT_FILE: cert, TESSERA_GATEWAY_TLS_KEY_FILE: key } = config;
  const gateway = createGateway({
    tls: cert && key ? await CertificateFiles.read({ cert, key }, logger) : undefined,
    ...coordination(config, connection, logger),
    quietPaths: config.TESSERA_GATEWAY_QUIET_PATHS,
    usageEveryMs: config.TESSERA_GATEWAY_USAGE_MS,
    sessionHeader: config.TESSERA_GATEWAY_SESSION_HEADER,
    domain: config.TESSERA_GATEWAY_DOMAIN,
    corsOrigins: config.TESSERA_GATEWAY_CORS_ORIGINS,
    ...maybe('exposedBase', exposedBaseOf(config)),
    tokenProjects: config.TESSERA_GATEWAY_TOKEN_PROJECTS,
    source: new PodReplicas(connection, logger, { simulatedPods, namespaces }),
    health: new Health(),
    registry,
    logger,
    limits: {
      holdMs: config.TESSERA_GATEWAY_HOLD_MS,
      holdLimit: config.TESSERA_GATEWAY_HOLD_LIMIT,
      holdTotal: config.TESSERA_GATEWAY_HOLD_TOTAL,
      requestMs: config.TESSERA_GATEWAY_REQUEST_MS,
      openTotal: config.TESSERA_GATEWAY_REQUESTS,
      firstByteMs: config.TESSERA_GATEWAY_FIRST_BYTE_MS,
      streamIdleMs: config.TESSERA_GATEWAY_STREAM_IDLE_MS,
      bodyBytes: config.TESSERA_GATEWAY_BODY_BYTES,
      leastBytes: config.TESSERA_GATEWAY_LEAST_BYTES,
      connections: config.TESSERA_GATEWAY_CONNECTIONS,
      headMs: config.TESSERA_GATEWAY_HEAD_MS,
      idleMs: config.TESSERA_GATEWAY_IDLE_MS,
    },
    ...credentials(config),
    trusted: trustedProxies(config.TESSERA_TRUSTED_PROXIES),
  });
  onShutdown([...gateway.stops, { name: 'cluster connection', stop: () => connection.close() }], logger);
  const { TESSERA_HOST: host, TESSERA_GATEWAY_PORT: port, TESSERA_GATEWAY_ADMIN_PORT: adminPort } = config;
  await listen(gateway.admin, adminPort, host, 'TESSERA_GATEWAY_ADMIN_PORT');
  const { TESSERA_GATEWAY_LOCAL_PORT: localPort } = config;
  if (localPort !== undefined) await listen(gateway.local, localPort, host, 'TESSERA_GATEWAY_LOCAL_PORT');
  await listen(gateway.server, port, host, 'TESSERA_GATEWAY_PORT');
  logger.info({ port, adminPort, simulatedPods }, 'gateway listening, loading workloads and pods');
  await gateway.start();
  logger.info('gateway ready');
}

/** Parent host of exposed URLs. The gateway treats hosts below it as exposed URLs, whether they exist or not. */
const exposedBaseOf = ({ TESSERA_EXPOSED_URLS_BASE: base }: GatewayConfig): string | undefined =>
  base === undefined ? undefined : new URL(base).hostname;

/** What verifies credentials, the same tokens as at the API: of the built-in issuer and of the configured ones. */
function credentials(
  config: GatewayConfig,
): Pick<GatewayDependencies, 'issuers' | 'verifier' | 'callers' | 'feed'> {
  const foreign = config.TESSERA_OIDC_ISSUERS;
  const { TESSERA_GATEWAY_API_URLS: urls, TESSERA_CLUSTER_ID: clusterId } = config;
  const [key] = config.TESSERA_GATEWAY_REPORT_KEYS;
  const feed = key && urls.length > 0 ? new GatewayFeedClient({ urls, clusterId, key }) : undefined;
  const others = foreign.map(({ issuer, audience = AUDIENCE }) => ({ issuer, audience }));
  return {
    issuers: { own: config.TESSERA_API_PUBLIC_URL, foreign },
    verifier: createTokenVerifier([serviceIssuerOf(config, AUDIENCE), ...others]),
    callers: new KnownCallers(Date.now, feed !== undefined),
    feed,
  };
}

/** What this process needs as one of several gateways that report to the schedulers of the cluster. */
function coordination(
  config: GatewayConfig,
  connection: KubernetesConnection,
  logger: Logger,
): Pick<GatewayDependencies, 'gatewayId' | 'schedulers' | 'membership'> {
  const gatewayId = randomUUID();
  const [key] = config.TESSERA_GATEWAY_REPORT_KEYS;
  if (key === undefined || config.TESSERA_GATEWAY_SCHEDULER_URLS.length === 0) return { gatewayId };
  return {
    gatewayId,
    schedulers: new SchedulerReports({
      urls: config.TESSERA_GATEWAY_SCHEDULER_URLS,
      clusterId: config.TESSERA_CLUSTER_ID,
      ...{ gatewayId, key, logger },
      now: () => performance.now(),
    }),
    membership: new GatewayLease({
      namespace: config.TESSERA_SCHEDULER_NAMESPACE,
      ...{ connection, gatewayId, clock: systemClock, logger },
    }),
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
